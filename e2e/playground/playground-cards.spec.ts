import AxeBuilder from '@axe-core/playwright'
import type { Locator, Page } from '@playwright/test'
import { expect, test } from './playground-test.ts'

const COOLDOWN_MS = 60_000

async function openCards(page: Page, cooldownMs = COOLDOWN_MS): Promise<void> {
  await page.goto(`/?rate=0&cooldown=${cooldownMs}#/page`)
  await expect(card(page, 'catalog')).toBeVisible()
}

const card = (page: Page, name: string) => page.getByRole('region', { name, exact: true })
const badge = (card: Locator) => card.locator('header .state-badge')

test('a broken service takes its own card down; the others go on, and it comes back by itself', async ({
  page,
  services,
}) => {
  await openCards(page, 3_000)
  await services.turn('payments', { failureRate: 1 })
  const payments = card(page, 'payments')
  await expect(badge(payments)).toHaveText('Open')
  await expect(payments.getByText(/^Back in \d+ s$/)).toBeVisible()
  await expect(badge(card(page, 'catalog'))).toHaveText('Closed')
  const answers = async () =>
    Number(await card(page, 'catalog').locator('.page-feed b').innerText())
  const before = await answers()
  await expect.poll(answers).toBeGreaterThan(before)

  await services.turn('payments', { failureRate: 0 })
  await expect(badge(payments)).toHaveText('Closed')
  await expect(payments.getByText(/^[1-9]\d* answers?Fresh\.$/)).toBeVisible()
})

test('"Try now" asks the circuit, not the server', async ({ page, services }) => {
  await openCards(page)
  await services.turn('payments', { failureRate: 1 })
  const payments = card(page, 'payments')
  await expect(badge(payments)).toHaveText('Open')
  const received = await services.received('payments')
  for (let i = 0; i < 5; i++) await payments.getByRole('button', { name: /^Try/ }).click()
  await expect(payments.getByText('Not yet, says the circuit. Nothing was sent.')).toBeVisible()
  expect(await services.received('payments')).toBe(received)
})

test('what is announced is said once and politely, and does not count', async ({
  page,
  services,
}) => {
  await openCards(page)
  const payments = card(page, 'payments')
  const announced = payments.getByRole('status').first()
  await expect(announced).toHaveText('')
  await announced.evaluate((region) => {
    const said: string[] = []
    Object.assign(window, { said })
    new MutationObserver(() => said.push(region.textContent ?? '')).observe(region, {
      childList: true,
      characterData: true,
      subtree: true,
    })
  })
  await services.turn('payments', { failureRate: 1 })
  const countdown = payments.locator('.down-notice b')
  await expect(countdown).toBeVisible()
  const shown = await countdown.innerText()
  await expect(countdown).not.toHaveText(shown)
  await expect(countdown).not.toHaveText(await countdown.innerText())
  expect(await page.evaluate(() => (window as { said?: string[] }).said)).toEqual([
    'payments is down for now. The page tries again by itself.',
  ])
  expect(await countdown.evaluate((b) => b.closest('[role], [aria-live]'))).toBeNull()
})

test('requests aborted by typing on count nowhere', async ({ page }) => {
  await openCards(page)
  const search = card(page, 'search')
  await search.getByRole('button', { name: 'Slow down search' }).click()
  await expect(search.getByRole('button', { name: 'Speed up search' })).toBeVisible()
  await search.getByRole('searchbox').pressSequentially('espresso', { delay: 40 })
  await expect(search.getByText('Found “espresso”.')).toBeVisible()
  await expect(search.getByRole('definition')).toHaveText(['1', '0', '7'])
  await expect(badge(search)).toHaveText('Closed')
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing, ${colorScheme}, and nothing is wider than 400 pixels`, async ({
    page,
    services,
  }) => {
    await page.emulateMedia({ colorScheme })
    await openCards(page)
    await services.turn('payments', { failureRate: 1 })
    await expect(badge(card(page, 'payments'))).toHaveText('Open')
    await card(page, 'payments').getByRole('button', { name: /^Try/ }).click()
    const { violations } = await new AxeBuilder({ page }).analyze()
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([])
    await page.setViewportSize({ width: 400, height: 900 })
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(400)
  })
}
