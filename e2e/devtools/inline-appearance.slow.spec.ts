import { axeViolations } from '../axe.ts'
import { expect, test } from './fixtures.ts'
import { circuits, expectAccessible, makeCircuits, openPanel, timeline } from './inline-page.ts'

for (const theme of ['light', 'dark'] as const) {
  for (const width of [400, 1_600]) {
    test(`${theme}, ${width} px wide: axe finds no violations and nothing overflows`, async ({
      page,
      server,
    }) => {
      await page.setViewportSize({ width, height: 800 })
      await page.goto(`${server.origin}/inline?theme=${theme}`)
      await makeCircuits(page)
      await openPanel(page)
      await expect(page.getByText(/^Next probe in/)).toBeVisible()

      const check = (what: string) => expectAccessible(page, what)
      await check('Why?')
      await page.getByRole('tab', { name: 'Metrics' }).click()
      await check('Metrics')
      await page.getByRole('tab', { name: 'Configuration' }).click()
      await check('Configuration')
      if (width === 400) {
        await page.getByRole('tab', { name: 'Log' }).click()
        await check('Log')
      }
      await page.getByRole('button', { name: 'Timeline as a table' }).click()
      await expect(page.getByRole('table')).toContainText('payments')
      await check('Table')
    })
  }
}

test('follows the theme of the system when it changes', async ({ page, server }) => {
  await page.emulateMedia({ colorScheme: 'light' })
  await page.goto(`${server.origin}/inline`)
  await makeCircuits(page)
  await openPanel(page)
  const panel = page.locator('.panel')
  await expect(panel).toHaveCSS('background-color', 'rgb(255, 255, 255)')
  await page.emulateMedia({ colorScheme: 'dark' })
  await expect(panel).toHaveCSS('background-color', 'rgb(40, 40, 40)')
})

test('selections are visible with forced colors', async ({ page, server }) => {
  await page.emulateMedia({ forcedColors: 'active' })
  await page.setViewportSize({ width: 1_000, height: 800 })
  await page.goto(`${server.origin}/inline`)
  await makeCircuits(page)
  await openPanel(page)
  const background = (name: string, role: 'option' | 'tab' | 'button') =>
    page
      .getByRole(role, { name })
      .first()
      .evaluate((element) => getComputedStyle(element).backgroundColor)
  expect(await background('payments', 'option')).not.toBe(await background('search', 'option'))
  expect(await background('Why?', 'tab')).not.toBe(await background('Metrics', 'tab'))
  expect(await background('Follow the present', 'button')).not.toBe(
    await background('Timeline as a table', 'button'),
  )
})

test('the name of a circuit is not truncated', async ({ page, server }) => {
  await page.setViewportSize({ width: 1_000, height: 800 })
  await page.goto(`${server.origin}/inline`)
  await makeCircuits(page)
  await openPanel(page)
  const isTruncated = await page
    .locator('.circuit-name', { hasText: 'payments' })
    .evaluate(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
  expect(isTruncated).toBe(false)
})

test('the charts show the values at the cursor of the timeline', async ({ page, server }) => {
  await page.setViewportSize({ width: 1_300, height: 800 })
  await page.goto(`${server.origin}/inline`)
  await makeCircuits(page)
  await openPanel(page)
  await circuits(page).filter({ hasText: 'search' }).click()
  await page.getByRole('tab', { name: 'Metrics' }).click()
  const chart = page.getByRole('img', { name: /^Failure rate/ })
  await expect(chart).toHaveAccessibleName('Failure rate: 0 %, threshold 50 %')
  // at the left edge of the timeline there are no metrics yet
  const box = await timeline(page).boundingBox()
  if (box === null) throw new Error('The timeline has no box')
  await page.mouse.move(box.x + 4, box.y + 60)
  await expect(chart).toHaveAccessibleName('Failure rate: –, threshold 50 %')
  await page.mouse.move(box.x - 20, box.y - 60)
  await expect(chart).toHaveAccessibleName('Failure rate: 0 %, threshold 50 %')
})

test('the table of the timeline contains the states of the lanes', async ({ page, server }) => {
  await page.goto(`${server.origin}/inline`)
  await makeCircuits(page)
  await openPanel(page)
  await page.getByRole('button', { name: 'Timeline as a table' }).click()
  const rows = page.getByRole('table').getByRole('row')
  await expect(rows.filter({ hasText: 'payments' })).toContainText([/closed/, /open.*now/])
  await expect(rows.filter({ hasText: 'search' })).toContainText([/closed.*now/])
  // the number of rejected calls and the reason
  await expect(rows.filter({ hasText: 'now' }).filter({ hasText: 'payments' })).toContainText(
    / s6failure rate 50 % ≥ 50 % over 4 calls$/,
  )
})

test('the table can be filtered, and its rows can be selected', async ({ page, server }) => {
  await page.goto(`${server.origin}/inline`)
  await makeCircuits(page)
  await openPanel(page)
  await page.getByRole('button', { name: 'Timeline as a table' }).click()
  await page.keyboard.press('/')
  await page.keyboard.type('pay')
  const rows = page.getByRole('table').getByRole('row')
  await expect(rows.filter({ hasText: 'search' })).toHaveCount(0)
  // a state that lasted 0 ms
  await page.evaluate(() => {
    window.page.circuit('payments').reset()
    window.page.circuit('payments').forceOpen()
    window.page.circuit('payments').disable()
  })
  await expect(rows.filter({ hasText: 'forced open' })).toContainText([/forced open/])
  const first = rows.filter({ hasText: 'failure rate' }).getByRole('button')
  await first.focus()
  await page.keyboard.press('Enter')
  await expect(rows.filter({ hasText: 'failure rate' })).toHaveAttribute('aria-current', 'true')
  await expect(page.getByText('because failure rate 50 % ≥ 50 % over 4 calls')).toBeVisible()
})

test('shows how to connect an app on a page without Fluxgate', async ({ page, server }) => {
  await page.goto(`${server.origin}/inline`)
  await page.evaluate(() => {
    Object.defineProperty(globalThis, Symbol.for('fluxgate.devtools/v1'), { value: undefined })
  })
  await page.getByRole('button', { name: 'Open Fluxgate devtools' }).click()
  await expect(page.getByText('No Fluxgate on this page')).toBeVisible()
  await expect(page.getByRole('region', { name: 'Code that connects an app' })).toBeVisible()
  expect(await axeViolations(page, 'fluxgate-devtools')).toEqual([])
})
