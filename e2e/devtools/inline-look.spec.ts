import { AxeBuilder } from '@axe-core/playwright'
import { expect, test } from './fixtures.ts'
import { circuits, makeCircuits, openPanel, timeline } from './inline-page.ts'

for (const theme of ['light', 'dark'] as const) {
  for (const width of [400, 1_600]) {
    test(`${theme}, ${width} px wide: axe finds nothing, and nothing sticks out`, async ({
      page,
      server,
    }) => {
      await page.setViewportSize({ width, height: 800 })
      await page.goto(`${server.origin}/inline?theme=${theme}`)
      await makeCircuits(page)
      await openPanel(page)
      await expect(page.getByText(/^Next probe/)).toBeVisible()

      const check = async (what: string) => {
        const { violations } = await new AxeBuilder({ page }).include('fluxgate-devtools').analyze()
        const found = violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)
        expect(found, what).toEqual([])
        const sticksOut = await page
          .locator('.panel')
          .evaluate((panel) => panel.scrollWidth > panel.clientWidth)
        expect(sticksOut, what).toBe(false)
      }
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

test('it follows the theme of the system, also when that changes', async ({ page, server }) => {
  await page.emulateMedia({ colorScheme: 'light' })
  await page.goto(`${server.origin}/inline`)
  await makeCircuits(page)
  await openPanel(page)
  const panel = page.locator('.panel')
  await expect(panel).toHaveCSS('background-color', 'rgb(255, 255, 255)')
  await page.emulateMedia({ colorScheme: 'dark' })
  await expect(panel).toHaveCSS('background-color', 'rgb(40, 40, 40)')
})

test('in colours that the reader has forced, what is selected is seen', async ({
  page,
  server,
}) => {
  await page.emulateMedia({ forcedColors: 'active' })
  await page.setViewportSize({ width: 1_000, height: 800 })
  await page.goto(`${server.origin}/inline`)
  await makeCircuits(page)
  await openPanel(page)
  const ground = (name: string, role: 'option' | 'tab' | 'button') =>
    page
      .getByRole(role, { name })
      .first()
      .evaluate((element) => getComputedStyle(element).backgroundColor)
  expect(await ground('payments', 'option')).not.toBe(await ground('search', 'option'))
  expect(await ground('Why?', 'tab')).not.toBe(await ground('Metrics', 'tab'))
  expect(await ground('Follow the present', 'button')).not.toBe(
    await ground('Timeline as a table', 'button'),
  )
})

test('a name has room beside its state', async ({ page, server }) => {
  await page.setViewportSize({ width: 1_000, height: 800 })
  await page.goto(`${server.origin}/inline`)
  await makeCircuits(page)
  await openPanel(page)
  const isCut = await page
    .locator('.circuit-name', { hasText: 'payments' })
    .evaluate(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
  expect(isCut).toBe(false)
})

test('the charts show the cursor of the timeline', async ({ page, server }) => {
  await page.setViewportSize({ width: 1_300, height: 800 })
  await page.goto(`${server.origin}/inline`)
  await makeCircuits(page)
  await openPanel(page)
  await circuits(page).filter({ hasText: 'search' }).click()
  await page.getByRole('tab', { name: 'Metrics' }).click()
  const chart = page.getByRole('img', { name: /^Failure rate/ })
  await expect(chart).toHaveAccessibleName('Failure rate: 0 %, threshold 50 %')
  // at the left edge of the timeline nothing had been measured yet
  const box = await timeline(page).boundingBox()
  if (box === null) throw new Error('The timeline is nowhere')
  await page.mouse.move(box.x + 4, box.y + 60)
  await expect(chart).toHaveAccessibleName('Failure rate: –, threshold 50 %')
  await page.mouse.move(box.x - 20, box.y - 60)
  await expect(chart).toHaveAccessibleName('Failure rate: 0 %, threshold 50 %')
})

test('the timeline as a table says what the lanes show', async ({ page, server }) => {
  await page.goto(`${server.origin}/inline`)
  await makeCircuits(page)
  await openPanel(page)
  await page.getByRole('button', { name: 'Timeline as a table' }).click()
  const rows = page.getByRole('table').getByRole('row')
  await expect(rows.filter({ hasText: 'payments' })).toContainText([/closed/, /open.*now/])
  await expect(rows.filter({ hasText: 'search' })).toContainText([/closed.*now/])
  // why, and how many calls were rejected since
  await expect(rows.filter({ hasText: 'now' }).filter({ hasText: 'payments' })).toContainText(
    / s6failure rate 50 % ≥ 50 % over 4 calls$/,
  )
})

test('where nothing is connected it shows how to', async ({ page, server }) => {
  await page.goto(`${server.origin}/inline`)
  await page.evaluate(() => {
    Object.defineProperty(globalThis, Symbol.for('fluxgate.devtools/v1'), { value: undefined })
  })
  await page.getByRole('button', { name: 'Open Fluxgate devtools' }).click()
  await expect(page.getByText('No Fluxgate on this page')).toBeVisible()
  await expect(page.getByRole('region', { name: 'Code that connects an app' })).toBeVisible()
  const { violations } = await new AxeBuilder({ page }).include('fluxgate-devtools').analyze()
  expect(violations.map(({ id }) => id)).toEqual([])
})
