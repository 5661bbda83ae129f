import { FetchRig } from '@fluxgate/testkit/fetch-rig'
import { describe, expect, inject, test } from 'vitest'
import { backoff, type CircuitBreaker, failureStreak, retryAfterMs } from '../index.ts'

const [origin] = inject('origins')
const url = 'https://api.example/'
const COOLDOWN_MS = 1_000

type Answer = [status: number, retryAfter?: string]

/** A guarded fetch whose service gives these answers in turn. */
function answering(answers: Answer[], options: ConstructorParameters<typeof FetchRig>[0] = {}) {
  const rig = new FetchRig({
    ...options,
    fetch: async () => {
      const [status, retryAfter] = answers.shift() ?? [200]
      const headers = retryAfter === undefined ? {} : { 'retry-after': retryAfter }
      return new Response(null, { status, headers })
    },
  })
  return Object.assign(rig, {
    /** Makes a call that opens the circuit. Returns the milliseconds until the next probe. */
    async open(): Promise<number> {
      await rig.fetch(url)
      expect(rig.signals.at(-1)).toMatchObject({ newState: 'open' })
      return (rig.signals.at(-1)?.retryAt ?? Number.NaN) - rig.clock.timestamp()
    },
  })
}

describe('Retry-After', () => {
  test.each([200, 404])('of a %i before the failure that opens is ignored', async (status) => {
    const rig = answering([[status, '120'], [500]])
    expect((await rig.fetch(url)).status).toBe(status)
    expect(await rig.open()).toBe(COOLDOWN_MS)
  })

  test('of a failure before the one that opens counts from when it came', async () => {
    const rig = answering([[503, '120'], [500]], { defaults: { tripper: failureStreak(2) } })
    await rig.fetch(url)
    rig.clock.advance(50_000)
    expect(await rig.open()).toBe(70_000)
  })

  test('of the failure that ends last counts', async () => {
    const rig = answering(
      [
        [503, '120'],
        [429, '5'],
        [503, '60'],
      ],
      {
        defaults: { tripper: failureStreak(3) },
      },
    )
    await rig.fetch(url)
    await rig.fetch(url)
    expect(await rig.open()).toBe(120_000)
  })

  test('counts when a network error opens, which the caller receives unchanged', async () => {
    const down = new TypeError('down')
    const answers = [
      () => new Response(null, { status: 503, headers: { 'retry-after': '120' } }),
      () => {
        throw down
      },
    ]
    const rig = new FetchRig({
      fetch: async () => answers.shift()?.() ?? new Response(),
      defaults: { tripper: failureStreak(2) },
    })
    await rig.fetch(url)
    await expect(rig.fetch(url)).rejects.toBe(down)
    expect(rig.signals).toMatchObject([{ retryAt: rig.clock.timestamp() + 120_000 }])
    expect(retryAfterMs in down).toBe(false)
  })

  test('is forgotten after a success, also of a call without fetch', async () => {
    const rig = answering([[503, '120'], [200], [503, '120'], [500], [500]], {
      defaults: { tripper: failureStreak(2) },
    })
    await rig.fetch(url)
    await rig.fetch(url)
    await rig.fetch(url)
    await rig.registry.get('https://api.example').call(() => 1)
    await rig.fetch(url)
    expect(await rig.open()).toBe(COOLDOWN_MS)
  })

  test.each<[string, (circuit: CircuitBreaker) => void]>([
    ['trip() and reset()', (circuit) => [circuit.trip(), circuit.reset()]],
    ['reset() in closed', (circuit) => circuit.reset()],
  ])('is forgotten when the epoch ends by %s', async (_, endEpoch) => {
    const rig = answering([[503, '120'], [500], [500]], { defaults: { tripper: failureStreak(2) } })
    await rig.fetch(url)
    endEpoch(rig.registry.get('https://api.example'))
    await rig.fetch(url)
    expect(await rig.open()).toBe(COOLDOWN_MS)
  })

  test('is a minimum for reopenings with openOnRetryAfter too, so that backoff goes on', async () => {
    const answers = Array.from({ length: 5 }, (): Answer => [503, '1'])
    const rig = answering(answers, {
      openOnRetryAfter: true,
      defaults: {
        tripper: failureStreak(9),
        probes: 5,
        retry: backoff({ initialMs: 500, maxMs: 60_000 }),
      },
    })
    const delays: number[] = []
    for (let i = 0; i < 5; i++) {
      await rig.fetch(url)
      const { retryAt = 0, since } = rig.registry.get('https://api.example').snapshot()
      delays.push(retryAt - since)
      rig.clock.advance(retryAt - since)
    }
    expect(delays).toEqual([1_000, 1_000, 2_000, 4_000, 8_000])
    expect(rig.signals.find(({ newState }) => newState === 'open')?.error).toMatchObject({
      status: 503,
    })
  })

  test.each([
    ['closed', [], 0],
    ['half_open', ['trip'], 1],
  ] as const)(
    'opens a %s circuit at once with openOnRetryAfter',
    async (state, before, reopens) => {
      const rig = answering([[200], [429, '60']], {
        openOnRetryAfter: true,
        defaults: { tripper: failureStreak(9), probes: 5 },
      })
      await rig.fetch(url)
      const circuit = rig.registry.get('https://api.example')
      for (const _ of before) circuit.trip({ forMs: 1 })
      rig.clock.advance(1)
      if (state === 'half_open') circuit.halfOpen()
      expect((await rig.fetch(url)).status).toBe(429)
      expect(circuit.snapshot()).toMatchObject({
        state: 'open',
        reopens,
        reason: 'Retry-After of 60 s',
        retryAt: rig.clock.timestamp() + 60_000,
      })
    },
  )

  test('does not open a circuit in metrics_only with openOnRetryAfter', async () => {
    const rig = answering([[429, '60']], { openOnRetryAfter: true })
    rig.registry.get('https://api.example').metricsOnly()
    await rig.fetch(url)
    expect(rig.registry.get('https://api.example').state).toBe('metrics_only')
  })

  test('is the shortest delay of each reopening', async () => {
    const rig = answering([[503], [503, '60'], [503, '0'], [503, '0.1'], [503]])
    for (const ms of [COOLDOWN_MS, 60_000, COOLDOWN_MS, COOLDOWN_MS, COOLDOWN_MS]) {
      expect(await rig.open()).toBe(ms)
      rig.clock.advance(ms)
    }
  })

  test('beyond the largest number is capped', async () => {
    expect(await answering([[503, '9'.repeat(400)]]).open()).toBe(300_000)
  })

  test.each([
    ['seconds', () => '120'],
    ['a date', (date: string) => new Date(Date.parse(date) + 120_000).toUTCString()],
  ])('of a real server is used: %s', async (_, retryAfter) => {
    const rig = new FetchRig()
    const date = new Date(Date.UTC(2030, 0, 1)).toUTCString()
    const headers = new URLSearchParams({ 'retry-after': retryAfter(date), date })
    const response = await rig.fetch(`${origin}/answer?status=503&${headers}`)
    expect(response.status).toBe(503)
    expect(rig.signals).toMatchObject([{ retryAt: rig.clock.timestamp() + 120_000 }])
  })
})
