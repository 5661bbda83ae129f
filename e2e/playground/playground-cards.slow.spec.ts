import type { Locator, Page } from '@playwright/test'
import { axeViolations } from '../axe.ts'
import { expect, test } from './playground-test.ts'

const COOLDOWN_MS = 60_000

async function openCards(page: Page, cooldownMs = COOLDOWN_MS): Promise<void> {
  await page.goto(`/?rate=0&cooldown=${cooldownMs}#/page`)
  await expect(card(page, 'catalog')).toBeVisible()
}

const card = (page: Page, name: string) => page.getByRole('region', { name, exact: true })
const badge = (card: Locator) => card.locator('header .state-badge')

test('a failing service affects only its own card, which recovers by itself', async ({
  page,
  services,
}) => {
  await openCards(page, 3_000)
  await services.setKnobs('payments', { failureRate: 1 })
  const payments = card(page, 'payments')
  await expect(badge(payments)).toHaveText('Open')
  await expect(payments.getByText(/^Next try in \d+ s$/)).toBeVisible()
  await expect(badge(card(page, 'catalog'))).toHaveText('Closed')
  const answers = async () =>
    Number(await card(page, 'catalog').locator('.page-feed b').innerText())
  const before = await answers()
  await expect.poll(answers).toBeGreaterThan(before)

  await services.setKnobs('payments', { failureRate: 0 })
  await expect(badge(payments)).toHaveText('Closed')
  await expect(payments.getByText(/^[1-9]\d* answers?Fresh\.$/)).toBeVisible()
})

test('"Try now" sends no request while the circuit is open', async ({ page, services }) => {
  await openCards(page)
  await services.setKnobs('payments', { failureRate: 1 })
  const payments = card(page, 'payments')
  await expect(badge(payments)).toHaveText('Open')
  const received = await services.received('payments')
  for (let i = 0; i < 5; i++) await payments.getByRole('button', { name: /^Try/ }).click()
  await expect(payments.getByText('The circuit is still open. Nothing was sent.')).toBeVisible()
  expect(await services.received('payments')).toBe(received)
})

test('announces the outage once and does not announce the countdown', async ({
  page,
  services,
}) => {
  await openCards(page)
  const payments = card(page, 'payments')
  const status = payments.getByRole('status').first()
  await expect(status).toHaveText('')
  await status.evaluate((region) => {
    const announcements: string[] = []
    Object.assign(window, { announcements })
    new MutationObserver(() => announcements.push(region.textContent ?? '')).observe(region, {
      childList: true,
      characterData: true,
      subtree: true,
    })
  })
  await services.setKnobs('payments', { failureRate: 1 })
  const countdown = payments.locator('.down-notice b')
  await expect(countdown).toBeVisible()
  const shown = await countdown.innerText()
  await expect(countdown).not.toHaveText(shown)
  await expect(countdown).not.toHaveText(await countdown.innerText())
  expect(await page.evaluate(() => (window as { announcements?: string[] }).announcements)).toEqual(
    ['payments is down for now. The page tries again by itself.'],
  )
  expect(await countdown.evaluate((b) => b.closest('[role], [aria-live]'))).toBeNull()
})

test('does not count requests that further typing aborts', async ({ page, services }) => {
  await openCards(page)
  const search = card(page, 'search')
  await search.getByRole('button', { name: 'Slow down search' }).click()
  await expect(search.getByRole('button', { name: 'Speed up search' })).toBeVisible()
  // a hanging service answers no letter but the last, however slowly the test types
  await services.setKnobs('catalog', { hang: true })
  await search.getByRole('searchbox').pressSequentially('espress', { delay: 40 })
  await services.setKnobs('catalog', { hang: false })
  await search.getByRole('searchbox').press('o')
  await expect(search.getByText('Found “espresso”.')).toBeVisible()
  await expect(search.getByRole('definition')).toHaveText(['1', '0', '7'])
  await expect(badge(search)).toHaveText('Closed')
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`the cards pass axe (${colorScheme}) and fit into 400 pixels`, async ({
    page,
    services,
  }) => {
    await page.emulateMedia({ colorScheme })
    await openCards(page)
    await services.setKnobs('payments', { failureRate: 1 })
    await expect(badge(card(page, 'payments'))).toHaveText('Open')
    await card(page, 'payments').getByRole('button', { name: /^Try/ }).click()
    expect(await axeViolations(page)).toEqual([])
    await page.setViewportSize({ width: 400, height: 900 })
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(400)
  })
}
