import { expect, test } from '@playwright/test'
import { type CopiesServer, serveCopies } from './duplicate-bundles/copies-server.ts'
import './duplicate-bundles/copies.ts'

let server: CopiesServer
test.beforeAll(async () => {
  server = await serveCopies()
})
test.afterAll(() => server?.close())

test.beforeEach(async ({ page }) => {
  await page.goto(server.url(2))
  const differ = await page.evaluate(() => {
    const [one, two] = window.copies ?? []
    return [window.copies?.length, one?.CircuitBreaker === two?.CircuitBreaker]
  })
  expect(differ).toEqual([2, false])
})

test('a rejection by one copy is known to the other, and opens nothing there', async ({ page }) => {
  const seen = await page.evaluate(async () => {
    const [one, two] = window.copies ?? []
    if (!one || !two) throw new Error('no copies')
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
  expect(seen).toEqual([expected, expected])
})

test('one object in the page shows the circuits of both, and moves both', async ({ page }) => {
  const seen = await page.evaluate(() => {
    const circuits = (window.copies ?? []).map(
      (copy, i) =>
        new copy.CircuitBreaker({ name: `of copy ${i}`, listeners: [copy.devtoolsListener()] }),
    )
    const hook = Reflect.get(globalThis, Symbol.for('fluxgate.devtools/v1'))
    const { events } = hook.read(-1)
    const named = events.map(({ config }: { config: { name: string } }) => config.name)
    for (const { circuit } of events) hook.command({ circuit, action: 'forceOpen' })
    return [named, circuits.map(({ state }) => state)]
  })
  expect(seen).toEqual([
    ['of copy 0', 'of copy 1'],
    ['forced_open', 'forced_open'],
  ])
})

test('policies, clocks and listeners of one copy serve breakers of the other', async ({ page }) => {
  const seen = await page.evaluate(() => {
    const [one, two] = window.copies ?? []
    if (!one || !two) throw new Error('no copies')
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
  expect(seen).toEqual(['open', 'mixed: closed -> open: failure rate 100 % ≥ 50 % over 2 calls'])
})

test('a fetch of one around a circuit of the other: what the server asks for is heard', async ({
  page,
}) => {
  const seen = await page.evaluate(async () => {
    const [one, two] = window.copies ?? []
    if (!one || !two) throw new Error('no copies')
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
  expect(seen).toEqual([503, 'open', 120])
})
