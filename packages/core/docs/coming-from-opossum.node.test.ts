import {
  anyError,
  type BreakerOptions,
  CircuitBreaker,
  cooldown,
  errorWhere,
  failureRate,
  failureStreak,
  isCallNotPermitted,
  minRequests,
  timeWindow,
  tripWhen,
} from '@fluxgate/core'
import Opossum from 'opossum'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { rowsOf } from './comparison-rows.ts'

type Job = () => Promise<unknown>

const down = new Error('down')
const ok = async () => 'value'
const fails = () => Promise.reject(down)
const neverSettles = () => new Promise(() => {})
const notFound = () => Promise.reject(Object.assign(new Error('not found'), { status: 404 }))
const aboveHalf = tripWhen('above 50 %', ({ failureRate = 0 }) => failureRate > 0.5)
const codeOf = (call: Promise<unknown>) => call.catch((error: { code: string }) => error.code)

// @types/opossum lacks the option `state`
function peer(options: Opossum.Options & { readonly state?: object } = {}) {
  return new Opossum((job: Job) => job(), { timeout: false, resetTimeout: 30_000, ...options })
}

/** With the counterparts of the defaults of opossum. */
function ours(options: Partial<BreakerOptions> = {}) {
  return new CircuitBreaker({
    name: 'payments',
    tracker: anyError(),
    tripper: aboveHalf,
    retry: cooldown(30_000),
    probes: 1,
    ...options,
  })
}

/** Makes the same calls through both breakers. */
async function callBoth(opossum: Opossum<[Job], unknown>, breaker: CircuitBreaker, ...jobs: Job[]) {
  for (const job of jobs) {
    await opossum.fire(job).catch(() => {})
    await breaker.call(job).catch(() => {})
  }
}

function expectBoth(opossum: Opossum, { state }: CircuitBreaker, expected: 'closed' | 'open') {
  const { opened, closed } = opossum
  expect({ opened, closed, state }).toEqual({
    opened: expected === 'open',
    closed: expected === 'closed',
    state: expected,
  })
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const rows: Record<string, () => Promise<void>> = {
  'new CircuitBreaker(fn, options), breaker.fire(…args)': async () => {
    const multiply = async (a: number, b: number) => a * b
    const guarded = ours().wrap(multiply)
    expect(await new Opossum(multiply, {}).fire(2, 3)).toBe(await guarded(2, 3))
  },
  'timeout: 10_000, the default': async () => {
    const opossum = codeOf(new Opossum(neverSettles).fire())
    let signal: AbortSignal | undefined
    const call = ours({ timeoutMs: 10_000 }).call((ctx) => {
      signal = ctx.signal
      return neverSettles()
    })
    const breaker = codeOf(call)
    await vi.advanceTimersByTimeAsync(10_000)
    expect([await opossum, await breaker]).toEqual(['ETIMEDOUT', 'ETIMEDOUT'])
    expect(signal?.aborted).toBe(true)
    expect(ours().toJSON()).not.toHaveProperty('timeoutMs')
  },
  'errorThresholdPercentage: 50': async () => {
    const [opossum, breaker] = [peer(), ours()]
    const atHalf = ours({ tripper: minRequests(4).and(failureRate(0.5)) })
    for (const job of [ok, fails, ok, fails]) {
      await callBoth(opossum, breaker, job)
      await atHalf.call(job).catch(() => {})
    }
    expectBoth(opossum, breaker, 'closed')
    expect(atHalf.state).toBe('open')
    await callBoth(opossum, breaker, fails)
    expectBoth(opossum, breaker, 'open')
  },
  'volumeThreshold: 10': async () => {
    const [opossum, breaker] = [
      peer({ volumeThreshold: 10 }),
      ours({ tripper: minRequests(10).and(aboveHalf) }),
    ]
    await callBoth(opossum, breaker, ...Array(9).fill(fails))
    expectBoth(opossum, breaker, 'closed')
    await callBoth(opossum, breaker, fails)
    expectBoth(opossum, breaker, 'open')
  },
  'rollingCountTimeout: 10_000, rollingCountBuckets: 10': async () => {
    const opossum = peer({ rollingCountTimeout: 10_000, rollingCountBuckets: 10 })
    const breaker = ours({ window: timeWindow(10_000, { buckets: 10 }) })
    await callBoth(opossum, breaker, ok, fails)
    for (const [afterMs, failures] of [
      [8_000, 1],
      [3_000, 0],
    ] as const) {
      vi.advanceTimersByTime(afterMs)
      expect([opossum.stats.failures, breaker.snapshot().metrics.failures]).toEqual([
        failures,
        failures,
      ])
    }
  },
  'resetTimeout: 30_000': async () => {
    const [opossum, breaker] = [peer({ resetTimeout: 30_000 }), ours({ retry: cooldown(30_000) })]
    await callBoth(opossum, breaker, fails)
    vi.advanceTimersByTime(29_998)
    expect([opossum.halfOpen, breaker.snapshot().permitted]).toEqual([false, false])
    vi.advanceTimersByTime(2)
    expect([opossum.halfOpen, breaker.snapshot().permitted]).toEqual([true, true])
    expect(new CircuitBreaker({ name: 'default' }).toJSON().retry).toEqual({
      type: 'cooldown',
      args: [30_000, { jitter: 0.1 }],
    })
  },
  'one call decides in half-open': async () => {
    const [opossum, breaker] = [peer(), ours({ probes: 1 })]
    await callBoth(opossum, breaker, fails)
    vi.advanceTimersByTime(30_000)
    await callBoth(opossum, breaker, ok)
    expectBoth(opossum, breaker, 'closed')
    expect(new CircuitBreaker({ name: 'default' }).toJSON().probes).toBe(3)
  },
  'every error is a failure, the default': async () => {
    const [opossum, breaker] = [peer(), ours({ tracker: anyError() })]
    await callBoth(opossum, breaker, notFound)
    expectBoth(opossum, breaker, 'open')
    const byDefault = new CircuitBreaker({ name: 'default' })
    await byDefault.call(notFound).catch(() => {})
    expect(byDefault.snapshot().metrics).toMatchObject({ total: 1, failures: 0 })
  },
  'errorFilter: isHarmless; such an error is a success': async () => {
    const isHarmless = (error: unknown) => error !== down
    const opossum = peer({ errorFilter: isHarmless })
    const breaker = ours({ tracker: errorWhere((error) => !isHarmless(error)) })
    await callBoth(opossum, breaker, notFound)
    const { total, failures } = breaker.snapshot().metrics
    expect([opossum.stats.successes, opossum.stats.failures]).toEqual([total, failures])
    expect([total, failures]).toEqual([1, 0])
  },
  'breaker.fallback((…args, error) => …), not for filtered errors': async () => {
    const text = (error: unknown, job: Job) => `${error} ${job === fails ? 'fails' : 'filtered'}`
    const opossum = peer({ errorFilter: (error) => error !== down })
    opossum.fallback((job: Job, error: unknown) => text(error, job))
    const guarded = ours().wrap((job: Job) => job(), { fallback: text })
    expect(await opossum.fire(fails)).toBe('Error: down fails')
    expect(await guarded(fails)).toBe('Error: down fails')
    const filtered = peer({ errorFilter: (error) => error !== down })
    filtered.fallback(text)
    await expect(filtered.fire(notFound)).rejects.toThrow('not found')
    expect(await ours().call(notFound, { fallback: () => 'cached' })).toBe('cached')
  },
  "on('open', …), on('close', …), on('halfOpen', …)": async () => {
    const [opossum, breaker] = [peer(), ours()]
    const [events, states]: [string[], string[]] = [[], []]
    opossum.on('open', () => events.push('open'))
    opossum.on('close', () => events.push('closed'))
    opossum.on('halfOpen', () => events.push('half_open'))
    breaker.subscribe(({ newState }) => states.push(newState))
    await callBoth(opossum, breaker, fails)
    vi.advanceTimersByTime(30_000)
    await callBoth(opossum, breaker, ok)
    expect(events).toEqual(['open', 'half_open', 'closed'])
    expect(states).toEqual(events)
  },
  "on('success', …), on('reject', …), and so on": async () => {
    const [opossum, breaker] = [peer(), ours()]
    const [events, outcomes]: [string[], string[]] = [[], []]
    opossum.on('success', () => events.push('success'))
    opossum.on('failure', () => events.push('failure'))
    opossum.on('reject', () => events.push('rejected'))
    breaker.subscribe({ onCall: ({ outcome }) => void outcomes.push(outcome) })
    await callBoth(opossum, breaker, ok, fails, fails, ok)
    expect(events).toEqual(['success', 'failure', 'failure', 'rejected'])
    expect(outcomes).toEqual(events)
  },
  'opened, closed, halfOpen': async () => {
    const [opossum, breaker] = [peer(), ours()]
    expectBoth(opossum, breaker, 'closed')
    await callBoth(opossum, breaker, fails)
    expectBoth(opossum, breaker, 'open')
  },
  'stats, over rollingCountTimeout': async () => {
    const [opossum, breaker] = [peer(), ours()]
    await callBoth(opossum, breaker, ok, ok, fails)
    const { successes, failures } = opossum.stats
    const { metrics } = breaker.snapshot()
    expect([metrics.total - metrics.failures, metrics.failures]).toEqual([successes, failures])
    await callBoth(opossum, breaker, fails, fails, fails) // the third one is rejected
    expect([opossum.stats.rejects, breaker.rejections]).toEqual([1, 1])
    expect(breaker.snapshot().metrics.total).toBe(0)
  },
  'open(), close()': async () => {
    const [opossum, breaker] = [peer(), ours()]
    opossum.open()
    breaker.trip()
    expectBoth(opossum, breaker, 'open')
    opossum.close()
    breaker.reset()
    expectBoth(opossum, breaker, 'closed')
  },
  'enabled: false, disable(), enable()': async () => {
    const [opossum, breaker] = [peer({ enabled: false }), ours({ initial: 'disabled' })]
    await callBoth(opossum, breaker, fails, fails)
    opossum.enable()
    breaker.reset()
    expectBoth(opossum, breaker, 'closed')
    opossum.open()
    breaker.trip()
    opossum.disable()
    breaker.disable()
    expect([await opossum.fire(ok), await breaker.call(ok)]).toEqual(['value', 'value'])
    opossum.enable()
    breaker.reset()
    expect([opossum.opened, breaker.state]).toEqual([true, 'closed'])
  },
  'allowWarmUp: true': async () => {
    const opossum = peer({ allowWarmUp: true, rollingCountTimeout: 10_000 })
    const breaker = ours({ initial: 'metrics_only' })
    setTimeout(() => breaker.reset(), 10_000)
    await callBoth(opossum, breaker, fails, fails)
    expect([opossum.closed, await breaker.call(ok)]).toEqual([true, 'value'])
    vi.advanceTimersByTime(10_000)
    await callBoth(opossum, breaker, fails)
    expectBoth(opossum, breaker, 'open')
  },
  'healthCheck(check, 5_000)': async () => {
    const [opossum, breaker] = [peer(), ours()]
    let healthy = true
    const check = async () => {
      if (!healthy) throw down
    }
    opossum.healthCheck(check, 5_000)
    setInterval(() => void check().catch(() => breaker.trip()), 5_000)
    await vi.advanceTimersByTimeAsync(5_000)
    expectBoth(opossum, breaker, 'closed')
    healthy = false
    await vi.advanceTimersByTimeAsync(5_000)
    expectBoth(opossum, breaker, 'open')
  },
  'shutdown()': async () => {
    const [opossum, breaker] = [peer(), ours({ listeners: [() => expect.unreachable()] })]
    opossum.shutdown()
    breaker.dispose()
    breaker.forceOpen()
    expect(await codeOf(opossum.fire(ok))).toBe('ESHUTDOWN')
    expect(await codeOf(breaker.call(ok))).toBe('ERR_CIRCUIT_OPEN')
  },
  'toJSON(), option state': async () => {
    const [before, ourBefore] = [peer(), ours()]
    await callBoth(before, ourBefore, fails)
    vi.advanceTimersByTime(20_000)
    const { state } = JSON.parse(JSON.stringify(before))
    const [opossum, breaker] = [peer({ state }), ours({ initial: ourBefore.snapshot() })]
    expectBoth(opossum, breaker, 'open')
    vi.advanceTimersByTime(10_000)
    expect([opossum.halfOpen, breaker.snapshot().permitted]).toEqual([false, true])
  },
  "error.code === 'EOPENBREAKER'": async () => {
    const [opossum, breaker] = [peer(), ours()]
    await callBoth(opossum, breaker, fails)
    expect(await codeOf(opossum.fire(ok))).toBe('EOPENBREAKER')
    expect(await codeOf(breaker.call(ok))).toBe('ERR_CIRCUIT_OPEN')
    const wrapped = breaker.call(ok).catch((cause) => new Error('request failed', { cause }))
    expect(isCallNotPermitted(await wrapped)).toBe(true)
  },
  "error.code === 'ETIMEDOUT'": async () => {
    const calls = [
      codeOf(peer({ timeout: 5 }).fire(neverSettles)),
      codeOf(ours({ timeoutMs: 5 }).call(neverSettles)),
    ]
    await vi.advanceTimersByTimeAsync(5)
    expect(await Promise.all(calls)).toEqual(['ETIMEDOUT', 'ETIMEDOUT'])
  },
  'abortController, which aborts on timeout': async () => {
    const abortController = new AbortController()
    const opossum = codeOf(peer({ timeout: 5, abortController }).fire(neverSettles))
    let signal: AbortSignal | undefined
    const call = ours({ timeoutMs: 5, tripper: failureStreak(1) }).call((ctx) => {
      signal = ctx.signal
      return neverSettles()
    })
    const breaker = codeOf(call)
    await vi.advanceTimersByTimeAsync(5)
    await Promise.all([opossum, breaker])
    expect([abortController.signal.aborted, signal?.aborted]).toEqual([true, true])
  },
}

test('each row of the table has a test', () => {
  expect(Object.keys(rows)).toEqual(rowsOf('opossum'))
})

test.each(Object.entries(rows))('%s', (_, compare) => compare())
