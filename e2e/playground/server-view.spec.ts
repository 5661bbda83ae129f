import AxeBuilder from '@axe-core/playwright'
import type { BackendCommand } from '../../playground/src/backend-status.ts'
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
  test.setTimeout(60_000)
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
  await expect(recovered.first()).toContainText('replied to a thread')
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
    const { violations } = await new AxeBuilder({ page }).analyze()
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([])
    for (const width of [400, 699, 860, 1100, 1600]) {
      await page.setViewportSize({ width, height: 900 })
      const wide = await page.evaluate(() => document.documentElement.scrollWidth)
      expect(wide, `at ${width} pixels`).toBeLessThanOrEqual(width)
    }
  })
}

test('links to the Prometheus metrics', async ({ page, request }) => {
  await page.goto('/?rate=0#/server')
  const link = page.getByRole('link', { name: '/metrics' })
  const response = await request.get((await link.getAttribute('href')) ?? '')
  expect(response.headers()['content-type']).toContain('text/plain; version=0.0.4')
  expect(await response.text()).toContain(
    'circuit_breaker_state{circuit_name="payments",state="closed"} 1',
  )
})

const invalidCommands: [unknown, string][] = [
  [{ rate: 31 }, 'rate must be a number from 0 to 30, not 31'],
  [{ rate: '5' }, 'rate must be a number from 0 to 30, not "5"'],
  [{ circuit: 'shipping', transition: 'trip' }, 'unknown circuit "shipping"'],
  [
    { circuit: 'catalog', transition: 'toString' },
    'transition must be one of reset, trip, forceOpen, disable, metricsOnly, not "toString"',
  ],
  [{ transition: 'trip' }, 'circuit and transition must be given together'],
  [{ speed: 5 }, 'unknown field "speed"'],
  [[], 'the command must be an object, not []'],
]
for (const [data, message] of invalidCommands) {
  test(`the backend names the error in ${JSON.stringify(data)}`, async ({ request }) => {
    const response = await request.post('backend', { data })
    expect([response.status(), await response.json()]).toEqual([400, { error: message }])
  })
}

test('the Slack stand-in returns the errors of Slack', async ({ request }) => {
  const post = async (token: string, form: Record<string, string>) => {
    const headers = { authorization: `Bearer ${token}` }
    return (await request.post('slack/api/chat.postMessage', { headers, form })).json()
  }
  const token = 'xoxb-of-the-playground'
  expect(await post('xoxb-another', {})).toEqual({ ok: false, error: 'invalid_auth' })
  expect(await post(token, { channel: '#dev', text: 'hi' })).toEqual({
    ok: false,
    error: 'channel_not_found',
  })
  expect(await post(token, { channel: '#ops' })).toEqual({ ok: false, error: 'no_text' })
})
