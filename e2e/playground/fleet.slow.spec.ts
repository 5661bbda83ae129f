import { expect, test } from './playground-test.ts'

test('the server view shows which instances report, probe and ramp up', async ({
  page,
  services,
}) => {
  test.setTimeout(180_000)
  await page.goto('/?rate=0#/server')
  const fleet = page.getByRole('region', { name: 'Fleet' })
  await fleet.getByRole('button', { name: 'Start four instances' }).click()
  const payments = fleet.locator('tbody td:nth-of-type(2)')
  await expect(payments).toHaveText(['Closed', 'Closed', 'Closed', 'Closed'], { timeout: 60_000 })
  await services.setKnobs('payments', { failureRate: 1 })
  await expect(fleet.getByText('reported').first()).toBeVisible()
  await expect(payments).toHaveText([/^Open/, /^Open/, /^Open/, /^Open/])
  await expect(fleet.getByText('probes for all')).toHaveCount(1)
  await services.setKnobs('payments', { failureRate: 0 })
  await expect(fleet.getByText(/ramp \d+ %/).first()).toBeVisible()
  await expect(payments).toHaveText(['Closed', 'Closed', 'Closed', 'Closed'])
})

test('two tabs of the page share their circuits', async ({ page, context, services }) => {
  await page.goto('/?rate=0&cooldown=60000')
  await expect(page.getByText('Two tabs of this page share their circuits')).toBeVisible()
  const other = await context.newPage()
  await other.goto('/?rate=20&cooldown=60000')
  await services.setKnobs('catalog', { failureRate: 1 })
  await expect(page.getByText('Another tab moved catalog to open.')).toBeVisible()
  const later = await context.newPage()
  await later.goto('/?rate=0&cooldown=60000')
  await expect(later.getByRole('region', { name: 'catalog' })).toContainText('Open')
})
