import type { BackendCommand } from '../../playground/src/backend-status.ts'
import { axeViolations } from '../axe.ts'
import { expect, test } from './playground-test.ts'

test.afterEach(async ({ request }) => {
  for (const circuit of ['catalog', 'payments', 'recommendations']) {
    await request.post('backend', { data: { circuit, transition: 'reset', rate: 0 } })
  }
})

test('circuits, log and Slack channel show an outage and its recovery', async ({
  page,
  services,
}) => {
  test.setTimeout(120_000)
  await page.goto('/?rate=0#/server')
  const slack = page.getByRole('region', { name: 'Slack #ops' })
  const row = page.getByRole('region', { name: 'Circuits' }).getByRole('listitem').filter({
    hasText: 'payments',
  })
  const log = page.getByRole('region', { name: 'Log' })
  await expect(row).toContainText('Closed')

  await page.getByRole('slider', { name: 'Calls' }).press('End')
  await expect(page.getByText('30 a second')).toBeVisible()
  await page.getByRole('button', { name: 'Payments down' }).click()
  await expect(row).toContainText('Open')
  await expect(row).toContainText('Next probe')
  await expect(log).toContainText('payments: closed -> open: failure rate')
  const opened = slack.getByRole('listitem').filter({ hasText: 'payments closed → open' })
  await expect(opened).toContainText('Next probe:')
  await expect(opened.getByRole('time').first()).toHaveText(/^\d\d:\d\d:\d\d$/)

  await page.getByRole('button', { name: 'All is well' }).click()
  await expect(row).toContainText('Closed', { timeout: 20_000 })
  const recovered = slack.getByRole('listitem').filter({ hasText: 'payments half-open → closed' })
  // a circuit that probes during the rest after a message gets the next one up to 30 s later
  await expect(recovered.first()).toContainText('replied to a thread', { timeout: 40_000 })
  await expect(opened.getByRole('list', { name: 'Thread' })).toContainText('open → half-open')
  expect(await services.received('payments')).toBeGreaterThan(10)
})

test('calls begin when the view is opened for the first time', async ({ page }) => {
  await page.goto('/#/server')
  await expect(page.getByText('12 a second')).toBeVisible()
  const row = page.getByRole('region', { name: 'Circuits' }).getByRole('listitem').first()
  await expect(row).toContainText(/Window: [1-9]/)
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`the view passes axe (${colorScheme}) and fits into the page`, async ({ page, request }) => {
    const command = (data: BackendCommand) => request.post('backend', { data })
    await command({ circuit: 'catalog', transition: 'trip' })
    await command({ circuit: 'payments', transition: 'forceOpen' })
    await command({ circuit: 'recommendations', transition: 'metricsOnly' })
    await page.emulateMedia({ colorScheme })
    await page.goto('/?rate=0#/server')
    await expect(page.getByText('forced open', { exact: false }).first()).toBeVisible()
    expect(await axeViolations(page)).toEqual([])
    for (const width of [400, 699, 860, 1100, 1600]) {
      await page.setViewportSize({ width, height: 900 })
      const wide = await page.evaluate(() => document.documentElement.scrollWidth)
      expect(wide, `at ${width} pixels`).toBeLessThanOrEqual(width)
    }
  })
}

test('shows the metrics from Prometheus and OpenTelemetry side by side', async ({
  page,
  request,
}) => {
  await page.goto('/?rate=12#/server')
  const metrics = page.getByRole('region', { name: 'Metrics' }).first()
  const valuesOf = async (series: RegExp) =>
    (await metrics.getByRole('row', { name: series }).getByRole('cell').allTextContents()).map(
      Number,
    )
  await metrics.getByLabel('Circuit').selectOption('payments')
  const successes = () => valuesOf(/^circuit_breaker_calls_total.*success/)
  await expect.poll(async () => (await successes())[0]).toBeGreaterThan(5)
  await page.getByRole('slider', { name: 'Calls' }).press('Home')
  // both listeners count the same calls
  await expect
    .poll(async () => {
      const [prometheus = 0, openTelemetry] = await successes()
      return prometheus > 5 && prometheus === openTelemetry
    })
    .toBe(true)
  expect(await valuesOf(/^circuit_breaker_state .*"closed"/)).toEqual([1, 1])
  for (const path of ['/metrics', '/metrics/opentelemetry']) {
    const link = metrics.getByRole('link', { name: path, exact: true })
    const response = await request.get((await link.getAttribute('href')) ?? '')
    expect(response.headers()['content-type']).toContain('text/plain; version=0.0.4')
    expect(await response.text()).toMatch(
      /^circuit_breaker_state\{circuit_name="payments",.*state="closed".*\} 1/m,
    )
  }
})

test('offers the devtools panel for the server, which can change its circuits', async ({
  page,
  context,
}) => {
  await page.goto('/?rate=0#/server')
  const address = page.getByRole('region', { name: 'Devtools of the server' })
  const panel = await context.newPage()
  await panel.goto(await address.locator('code').innerText())
  const circuits = panel.getByRole('listbox', { name: 'Circuits' }).getByRole('option')
  await circuits.filter({ hasText: 'payments' }).click()
  await panel.getByRole('button', { name: 'Force open' }).click()
  await expect(panel.getByText('Force open: done')).toBeVisible()
  await page.bringToFront()
  const row = page.getByRole('region', { name: 'Circuits' }).getByRole('listitem')
  await expect(row.filter({ hasText: 'payments' })).toContainText('Forced open')
})
