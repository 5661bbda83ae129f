import type { Locator } from '@playwright/test'
import { expect, test } from './playground-test.ts'

/** Longer than any test waits: circuits probe only after the test advances the clock. */
const COOLDOWN_MS = 60_000
/** Longer than the cooldown with its jitter. */
const LATER_MS = 70_000

const counted = async (lane: Locator, outcome: string) =>
  Number.parseInt(
    await lane.locator('dl > div', { hasText: outcome }).locator('dd').innerText(),
    10,
  )

test('the circuit of a failing service opens with a reason, and closes after recovery', async ({
  page,
  services,
}) => {
  const before = await services.received('payments')
  await page.clock.install()
  await page.goto(`/?rate=18&cooldown=${COOLDOWN_MS}`)
  const lane = page.getByRole('region', { name: 'payments' })
  const signals = page.getByRole('log').getByRole('listitem')
  const ofPayments = signals.filter({ hasText: 'payments' })

  await expect(lane.getByText('Closed', { exact: true })).toBeVisible()
  await expect(lane.getByText('The service is healthy')).toBeVisible()
  await expect.poll(() => services.received('payments')).toBeGreaterThan(before + 5)
  await expect(signals).toHaveCount(0)

  // the service fails
  await lane.getByRole('button', { name: 'Break payments' }).click()
  await expect(lane.getByText('The service fails 100 %')).toBeVisible()

  // the circuit opens, and the log and the panel show the reason
  await expect(ofPayments.first()).toContainText(/Open\s*failure (streak|rate) \d+ (% )?≥/)
  await expect(lane.getByText('Open', { exact: true })).toBeVisible()
  await expect(lane.getByText('Opened because')).toBeVisible()
  await expect(lane.getByText(/^in \d\d\.\d s$/)).toBeVisible()

  // rejected calls do not reach the service
  await expect.poll(() => counted(lane, 'not sent')).toBeGreaterThan(1)
  const rejected = await counted(lane, 'not sent')
  const received = await services.received('payments')
  await expect.poll(() => counted(lane, 'not sent')).toBeGreaterThanOrEqual(rejected + 10)
  expect(await services.received('payments')).toBe(received)

  // other circuits stay closed
  const other = page.getByRole('region', { name: 'catalog' })
  await expect(other.getByText('Closed', { exact: true })).toBeVisible()

  // after recovery the circuit probes and closes
  await lane.getByRole('button', { name: 'Heal payments' }).click()
  await expect(lane.getByText('The service is healthy')).toBeVisible()
  await page.clock.fastForward(LATER_MS)
  await expect(ofPayments.first()).toContainText(/Closed\s*3 of 3 probes succeeded/)
  await expect(ofPayments.nth(1)).toContainText(/Half open\s*retry time reached/)
  await expect(lane.getByText('Closed', { exact: true })).toBeVisible()
  await expect.poll(() => services.received('payments')).toBeGreaterThan(received + 5)
  await expect(page.locator('.hints [data-done=true]')).toHaveCount(3)

  // sent calls match the requests of the service; the other calls were not sent
  await page.getByRole('slider', { name: 'Calls' }).press('Home')
  await expect
    .poll(async () => (await counted(lane, 'answered')) + (await counted(lane, 'failed')))
    .toBe((await services.received('payments')) - before)
  await expect(page.getByText(/requests not sent/)).toContainText(
    String(await counted(lane, 'not sent')),
  )
})

test('the states are explained at first sight', async ({ page }) => {
  for (const view of ['browser', 'page', 'server']) {
    await page.goto(`/?rate=0#/${view}`)
    await expect(page.getByRole('list', { name: 'What the states mean' })).toBeInViewport()
    await expect(
      page.getByRole('list', { name: 'What the states mean' }).getByRole('listitem'),
    ).toHaveText([
      'Closed calls pass',
      'Open calls are stopped',
      'Half open a few calls probe the service',
    ])
  }
})

test('counts only the requests of this page', async ({ page, request }) => {
  await page.goto('/?rate=0')
  const lane = page.getByRole('region', { name: 'catalog' })
  await expect(lane.getByText('0 requests of this page reached it')).toBeVisible()
  const statuses: { name: string; origin: string }[] = await (await request.get('services')).json()
  const origin = statuses.find(({ name }) => name === 'catalog')?.origin ?? ''
  await request.get(`${origin}/catalog?from=another`)
  const ofAnother = await (await request.get('services?from=another')).json()
  expect(ofAnother).toContainEqual(expect.objectContaining({ name: 'catalog', received: 1 }))
  await page.getByRole('slider', { name: 'Calls' }).press('End')
  await expect(lane.getByText(/^[1-9]\d* requests of this page reached it/)).toBeVisible()
  await page.getByRole('slider', { name: 'Calls' }).press('Home')
  await expect
    .poll(async () => {
      const text = await lane.getByText(/of this page reached it/).innerText()
      const settled = (await counted(lane, 'answered')) + (await counted(lane, 'failed'))
      return Number.parseInt(text, 10) - settled // 0 when the calls in flight have settled
    })
    .toBe(0)
})

test('calls to a hanging service time out and open its circuit', async ({ page }) => {
  await page.goto(`/?rate=12&cooldown=${COOLDOWN_MS}`)
  const lane = page.getByRole('region', { name: 'catalog' })
  await page.getByRole('button', { name: 'Catalog hangs' }).click()
  await expect(lane.getByText('Open', { exact: true })).toBeVisible()
  await expect(page.getByRole('log')).toContainText('failure rate')
})

test('slow calls open the circuit with a slow rate rule', async ({ page }) => {
  await page.goto(`/?rate=12&cooldown=${COOLDOWN_MS}`)
  const lane = page.getByRole('region', { name: 'recommendations' })
  await page.getByRole('button', { name: 'Slow recommendations' }).click()
  await expect(lane.getByText('Open', { exact: true })).toBeVisible()
  await expect(page.getByRole('log')).toContainText('slow rate (≥ 400 ms)')
})

test('a ramp increases the traffic gradually after recovery', async ({ page }) => {
  await page.clock.install()
  await page.goto(`/?rate=12&cooldown=${COOLDOWN_MS}`)
  const lane = page.getByRole('region', { name: 'recommendations' })
  await lane.getByRole('button', { name: 'Break recommendations' }).click()
  await expect(lane.getByText('Open', { exact: true })).toBeVisible()
  await lane.getByRole('button', { name: 'Heal recommendations' }).click()
  await expect(lane.getByText('The service is healthy')).toBeVisible()
  await page.clock.fastForward(LATER_MS)

  // the three probes have succeeded, and the ramp admits only some calls
  await expect(lane.getByText('Traffic increases gradually.')).toBeVisible()
  const rejected = await counted(lane, 'not sent')
  await expect(lane.getByText(/^Window: ([4-9]|\d\d)/)).toBeVisible()
  await expect.poll(() => counted(lane, 'not sent')).toBeGreaterThan(rejected)

  await page.clock.fastForward(LATER_MS)
  await expect(lane.getByText('Closed', { exact: true })).toBeVisible()
})
