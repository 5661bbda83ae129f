import { expect, test } from './fixtures.ts'

test('times are right for a page whose clock is an hour behind', async ({ open }) => {
  const { page, driver } = await open('/')
  await page.evaluate(() => {
    const { now } = Date
    Date.now = () => now() - 3_600_000
    const { make, fail, failureStreak, cooldown } = window.page
    make('payments', { tripper: failureStreak(1), retry: cooldown(60_000) })
    fail('payments', 1)
  })
  await expect
    .poll(() => driver.text('.circuit-row .circuit-probe'))
    .toMatch(/^probe (1 min|\d+ s)$/)
  await expect.poll(() => driver.text('.circuit-row .circuit-down')).toMatch(/^for \d+ s$/)
})

test('shows that a circuit with a ManualClock opened now', async ({ open }) => {
  const { page, driver } = await open('/')
  await page.evaluate(() => {
    const { make, fail, failureStreak } = window.page
    const clock = { now: () => 0, timestamp: () => Date.UTC(2020, 0, 1) }
    make('payments', { tripper: failureStreak(1), clock })
    fail('payments', 1)
  })
  await expect.poll(() => driver.text('.circuit-row .circuit-down')).toMatch(/^for \d+ s$/)
})
