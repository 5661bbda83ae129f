import { expect, test } from '@playwright/test'
import { type BundlesServer, serveBundles } from './duplicate-bundles/bundles-server.ts'
import './duplicate-bundles/bundled.ts'

let server: BundlesServer
test.beforeAll(async () => {
  server = await serveBundles()
})
test.afterAll(() => server?.close())

test.beforeEach(async ({ page }) => {
  await page.goto(server.url(2))
  const found = await page.evaluate(() => {
    const [one, two] = window.bundles ?? []
    return [window.bundles?.length, one?.CircuitBreaker === two?.CircuitBreaker]
  })
  expect(found).toEqual([2, false])
})

test('recognizes a rejection of another copy and does not count it', async ({ page }) => {
  const result = await page.evaluate(async () => {
    const [one, two] = window.bundles ?? []
    if (!one || !two) throw new Error('no bundles')
    const results: unknown[] = []
    for (const [inside, outside] of [
      [one, two],
      [two, one],
    ] as const) {
      const inner = new inside.CircuitBreaker({ name: 'inner' })
      const outer = new outside.CircuitBreaker({
        name: 'outer',
        tripper: outside.failureStreak(1),
      })
      inner.forceOpen()
      const rejection = await outer.call(() => inner.call(() => 1)).catch((error: unknown) => error)
      results.push({
        instance: rejection instanceof outside.CallNotPermittedError,
        known: outside.findRejection(rejection)?.circuitName,
        outer: outer.state,
        counted: outer.snapshot().metrics.total,
      })
    }
    return results
  })
  const expected = { instance: false, known: 'inner', outer: 'closed', counted: 0 }
  expect(result).toEqual([expected, expected])
})

test('shows and controls the circuits of both copies through one devtools hook', async ({
  page,
}) => {
  const result = await page.evaluate(() => {
    const circuits = (window.bundles ?? []).map(
      (bundle, i) =>
        new bundle.CircuitBreaker({ name: `bundle ${i}`, listeners: [bundle.devtoolsListener()] }),
    )
    const hook = Reflect.get(globalThis, Symbol.for('fluxgate.devtools/v1'))
    const { events } = hook.read(-1)
    const named = events.map(({ config }: { config: { name: string } }) => config.name)
    for (const { circuit } of events) hook.command({ circuit, action: 'forceOpen' })
    return [named, circuits.map(({ state }) => state)]
  })
  expect(result).toEqual([
    ['bundle 0', 'bundle 1'],
    ['forced_open', 'forced_open'],
  ])
})

test('accepts policies and listeners of another copy', async ({ page }) => {
  const result = await page.evaluate(() => {
    const [one, two] = window.bundles ?? []
    if (!one || !two) throw new Error('no bundles')
    const lines: string[] = []
    const breaker = new one.CircuitBreaker({
      name: 'mixed',
      window: two.timeWindow(60_000),
      tracker: two.errorType(TypeError).or(one.errorType(one.TimeoutError)),
      tripper: two.minRequests(2).and(one.failureRate(0.5)),
      retry: two.backoff({ initialMs: 60_000 }),
      permit: two.rampUp({ from: 0.5, to: 1, durationMs: 1_000 }),
      listeners: [
        new two.LogListener({
          logger: { info: (line) => lines.push(line), warn: (line) => lines.push(line) },
        }),
      ],
    })
    for (let i = 0; i < 2; i++) breaker.acquire().failure(new TypeError('down'))
    return [breaker.state, lines[0]?.split(';')[0]]
  })
  expect(result).toEqual(['open', 'mixed: closed -> open: failure rate 100 % ≥ 50 % over 2 calls'])
})

test('passes Retry-After from a fetch of one copy to a circuit of the other', async ({ page }) => {
  const result = await page.evaluate(async () => {
    const [one, two] = window.bundles ?? []
    if (!one || !two) throw new Error('no bundles')
    const registry = new two.CircuitRegistry({ defaults: { tripper: two.failureStreak(1) } })
    const busy = async () => new Response('', { status: 503, headers: { 'retry-after': '120' } })
    const guarded = one.createFetch({ registry, fetch: busy, key: () => 'api' })
    const { status } = await guarded('/busy')
    const error = await guarded('/busy').catch((caught: unknown) => caught)
    const rejection = one.findRejection(error)
    if (rejection === undefined) throw new Error('not rejected')
    const seconds = Math.round((rejection.retryAfterMs ?? 0) / 1_000)
    return [status, registry.get('api').state, seconds]
  })
  expect(result).toEqual([503, 'open', 120])
})
