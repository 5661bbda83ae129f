import { axeViolations } from '../axe.ts'
import { expect, test } from './playground-test.ts'

test('shows the outage on the page, and in the panel with earlier events', async ({ page }) => {
  await page.setViewportSize({ width: 1400, height: 1000 })
  await page.goto('/?severity=high&seed=7&past=120#/outage')
  await expect(page.getByRole('listitem').filter({ hasText: 'checkout' })).toBeVisible()
  await page.getByRole('button', { name: 'Open Fluxgate devtools' }).click()

  const circuits = page.getByRole('listbox', { name: 'Circuits' }).getByRole('option')
  // eight of the outage, and three of the first view; only those in sight are rendered
  await expect(circuits.first()).toHaveAttribute('aria-setsize', '11')
  const log = page.getByRole('listbox', { name: 'Log' })
  await log.press('Home')
  await page.getByRole('searchbox', { name: 'Filter circuits' }).fill('checkout')
  await expect(
    log
      .getByRole('option')
      .filter({ hasText: /→ open/ })
      .first(),
  ).toBeVisible()

  const hurricane = page.getByRole('button', { name: 'Hurricane' })
  await hurricane.click()
  await expect(hurricane).toHaveAttribute('aria-pressed', 'true')
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`the outage view (${colorScheme}) passes axe and fits into the page`, async ({ page }) => {
    await page.emulateMedia({ colorScheme })
    await page.goto('/?past=60#/outage')
    await expect(page.getByRole('button', { name: 'Gale' })).toBeVisible()
    for (const width of [400, 1_600]) {
      await page.setViewportSize({ width, height: 900 })
      expect(await axeViolations(page), `at ${width} pixels`).toEqual([])
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
    }
  })
}
