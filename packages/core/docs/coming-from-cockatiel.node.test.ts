import {
  anyError,
  type BreakerOptions,
  backoff,
  CircuitBreaker,
  cooldown,
  countWindow,
  errorType,
  errorWhere,
  failureCount,
  failureRate,
  failureStreak,
  isCallNotPermitted,
  minRequests,
  resultWhere,
  timeWindow,
  tripWhen,
  whileClosed,
  whileHalfOpen,
} from '@fluxgate/core'
import { microtasks } from '@fluxgate/testkit/microtasks'
import * as cockatiel from 'cockatiel'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { rowsOf } from './comparison-rows.ts'

type Job = () => unknown
type Options = Partial<cockatiel.ICircuitBreakerOptions>

const { CircuitState } = cockatiel
const down = new Error('down')
const ok = async () => 'value'
const fails = () => Promise.reject(down)
const outOfRange = () => Promise.reject(new RangeError('no such page'))
const neverSettles = () => new Promise(() => {})
const errorOf = (call: Promise<unknown>) =>
  call.then(
    () => undefined,
    (error: unknown) => error,
  )

function peer(options: Options = {}, handled: cockatiel.Policy = cockatiel.handleAll) {
  const breaker = new cockatiel.ConsecutiveBreaker(1)
  return cockatiel.circuitBreaker(handled, { halfOpenAfter: 10_000, breaker, ...options })
}

/** With the counterparts of the options of `peer`. */
function ours(options: Partial<BreakerOptions> = {}) {
  return new CircuitBreaker({
    name: 'search',
    tracker: anyError(),
    tripper: failureStreak(1),
    retry: cooldown(10_000),
    probes: 1,
    ...options,
  })
}

type Peer = ReturnType<typeof peer>

/** Makes the same calls through both breakers. */
async function callBoth(policy: Peer, breaker: CircuitBreaker, ...jobs: Job[]) {
  for (const job of jobs) {
    await policy.execute(job).catch(() => {})
    await breaker.call(job).catch(() => {})
  }
}

const names = { Closed: 'closed', Open: 'open', HalfOpen: 'half_open', Isolated: 'forced_open' }
const nameOf = (state: cockatiel.CircuitState) => names[CircuitState[state] as keyof typeof names]

function expectBoth({ state: theirs }: Peer, { state }: CircuitBreaker, expected: string) {
  expect([nameOf(theirs), state]).toEqual([expected, expected])
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const rows: Record<string, () => Promise<void>> = {
  'circuitBreaker(policy, options), execute(({ signal }) => …)': async () => {
    const { signal } = new AbortController()
    expect(await peer().execute(ok, signal)).toBe(await ours().call(ok, { signal }))
    await peer().execute((ctx) => expect(ctx.signal.aborted).toBe(false), signal)
    await ours().call((ctx) => expect(ctx.signal?.aborted).toBe(false), { signal })
  },
  'new ConsecutiveBreaker(5)': async () => {
    const policy = peer({ breaker: new cockatiel.ConsecutiveBreaker(5) })
    const breaker = ours({ tripper: failureStreak(5) })
    await callBoth(policy, breaker, ...Array(4).fill(fails), ok, ...Array(4).fill(fails))
    expectBoth(policy, breaker, 'closed')
    await callBoth(policy, breaker, fails)
    expectBoth(policy, breaker, 'open')
  },
  'new CountBreaker({ threshold: 0.5, size: 100 })': async () => {
    const policy = peer({ breaker: new cockatiel.CountBreaker({ threshold: 0.5, size: 100 }) })
    const window = countWindow(100)
    const breaker = ours({ window, tripper: minRequests(100).and(failureCount(51)) })
    const atHalf = ours({ window, tripper: minRequests(100).and(failureRate(0.5)) })
    for (let i = 0; i < 50; i++) {
      await callBoth(policy, breaker, fails, ok)
      for (const job of [fails, ok]) await atHalf.call(job).catch(() => {})
    }
    expectBoth(policy, breaker, 'closed')
    expect(atHalf.state).toBe('open')
    await callBoth(policy, breaker, fails, fails) // the first of them replaces a failure
    expectBoth(policy, breaker, 'open')
  },
  'new SamplingBreaker({ threshold: 0.5, duration: 30_000, minimumRps: 2 })': async () => {
    const tripper = minRequests(60).and(
      tripWhen('above 50 %', ({ failureRate = 0 }) => failureRate > 0.5),
    )
    const samples = { threshold: 0.5, duration: 30_000 }
    const breakerOf = (options: typeof samples & { minimumRps?: number }) =>
      peer({ breaker: new cockatiel.SamplingBreaker(options) })
    const policy = breakerOf({ ...samples, minimumRps: 2 })
    const breaker = ours({ window: timeWindow(30_000), tripper })
    await callBoth(policy, breaker, ...Array(59).fill(fails))
    expectBoth(policy, breaker, 'closed')
    await callBoth(policy, breaker, fails)
    expectBoth(policy, breaker, 'open')

    const byDefault = breakerOf(samples)
    for (let i = 0; i < 5 * 60 - 1; i++) await byDefault.execute(fails).catch(() => {})
    expect(byDefault.state).toBe(CircuitState.Closed)
    await byDefault.execute(fails).catch(() => {})
    expect(byDefault.state).toBe(CircuitState.Open)
  },
  'halfOpenAfter: 10_000': async () => {
    const [policy, breaker] = [peer({ halfOpenAfter: 10_000 }), ours({ retry: cooldown(10_000) })]
    await callBoth(policy, breaker, fails)
    vi.advanceTimersByTime(9_998)
    await callBoth(policy, breaker, ok)
    expectBoth(policy, breaker, 'open')
    vi.advanceTimersByTime(2)
    await callBoth(policy, breaker, ok)
    expectBoth(policy, breaker, 'closed')
  },
  'halfOpenAfter: new ExponentialBackoff()': async () => {
    const generator = cockatiel.noJitterGenerator
    const policy = peer({ halfOpenAfter: new cockatiel.ExponentialBackoff({ generator }) })
    const breaker = ours({ retry: backoff({ initialMs: 128, maxMs: 30_000 }) })
    await callBoth(policy, breaker, fails)
    for (const delayMs of [128, 256, 512, 1_024, 2_048, 4_096, 8_192, 16_384, 30_000, 30_000]) {
      const sent = vi.fn(fails)
      vi.advanceTimersByTime(delayMs - 2)
      await callBoth(policy, breaker, sent)
      expect(sent).not.toHaveBeenCalled()
      vi.advanceTimersByTime(2)
      await callBoth(policy, breaker, sent)
      expect(sent).toHaveBeenCalledTimes(2)
    }
    const [args] = backoff({ initialMs: 128 }).toJSON().args
    expect(args).toMatchObject({ maxMs: 300_000 })
  },
  'halfOpenSampling: { calls: 3, threshold: 0.5 }': async () => {
    const tripper = whileHalfOpen()
      .and(failureCount(2))
      .or(whileClosed().and(failureStreak(1)))
    for (let bits = 0; bits < 8; bits++) {
      const policy = peer({ halfOpenSampling: { calls: 3, threshold: 0.5 } })
      const breaker = ours({ tripper, probes: 3 })
      await callBoth(policy, breaker, fails)
      vi.advanceTimersByTime(10_000)
      for (const bit of [1, 2, 4]) {
        await callBoth(policy, breaker, bits & bit ? fails : ok)
        expect(breaker.state).toBe(nameOf(policy.state))
      }
    }
    const policy = peer() // with the default of one probe
    const breaker = ours({ probes: 1 })
    await callBoth(policy, breaker, fails)
    vi.advanceTimersByTime(10_000)
    const settled = vi.fn()
    void policy.execute(neverSettles)
    void breaker.call(neverSettles)
    policy.execute(ok).then(settled, settled)
    await expect(breaker.call(ok)).rejects.toSatisfy(isCallNotPermitted)
    expect(settled).not.toHaveBeenCalled()
  },
  'handleAll, handleType(E), handleWhen(f)': async () => {
    const isDown = (error: unknown) => error === down
    for (const [handled, tracker] of [
      [cockatiel.handleAll, anyError()],
      [cockatiel.handleType(RangeError), errorType(RangeError)],
      [cockatiel.handleWhen(isDown), errorWhere(isDown)],
    ] as const) {
      for (const job of [fails, outOfRange]) {
        const [policy, breaker] = [peer({}, handled), ours({ tracker })]
        await callBoth(policy, breaker, job)
        expect(breaker.state).toBe(nameOf(policy.state))
      }
    }
    const twice = { breaker: new cockatiel.ConsecutiveBreaker(2) }
    const policy = peer(twice, cockatiel.handleWhen(isDown))
    const options = { tripper: failureStreak(2), tracker: errorWhere(isDown) }
    const breaker = ours(options)
    const ignoring = ours({ ...options, ignore: errorType(RangeError) })
    for (const job of [fails, outOfRange, fails]) {
      await callBoth(policy, breaker, job)
      await ignoring.call(job).catch(() => {})
    }
    expect([nameOf(policy.state), ignoring.state, breaker.state]).toEqual([
      'open',
      'open',
      'closed',
    ])
  },
  '.orType(E), .orWhen(f), .orWhenResult(f)': async () => {
    const isDown = (error: unknown) => error === down
    const isBusy = (value: unknown) => value === 'busy'
    const handled = cockatiel.handleType(RangeError).orWhen(isDown).orWhenResult(isBusy)
    const tracker = errorType(RangeError).or(errorWhere(isDown)).or(resultWhere(isBusy))
    for (const [job, state] of [
      [fails, 'open'],
      [outOfRange, 'open'],
      [async () => 'busy', 'open'],
      [ok, 'closed'],
      [() => Promise.reject(new SyntaxError('no')), 'closed'],
    ] as const) {
      const [policy, breaker] = [peer({}, handled), ours({ tracker })]
      await callBoth(policy, breaker, job)
      expectBoth(policy, breaker, state)
    }
  },
  'onBreak, onHalfOpen, onReset, onStateChange': async () => {
    const [policy, breaker] = [peer(), ours()]
    const [events, states]: [string[], string[]] = [[], []]
    policy.onBreak(() => events.push('open'))
    policy.onHalfOpen(() => events.push('half_open'))
    policy.onReset(() => events.push('closed'))
    policy.onStateChange((state) => expect(events.at(-1)).toBe(nameOf(state)))
    breaker.subscribe(({ newState }) => states.push(newState))
    await callBoth(policy, breaker, fails)
    vi.advanceTimersByTime(10_000)
    await callBoth(policy, breaker, ok)
    expect(events).toEqual(['open', 'half_open', 'closed'])
    expect(states).toEqual(events)
  },
  'onSuccess, onFailure': async () => {
    const [policy, breaker] = [peer(), ours({ tripper: failureStreak(2) })]
    const [events, outcomes]: [string[], string[]] = [[], []]
    policy.onSuccess(() => events.push('success'))
    policy.onFailure(() => events.push('failure'))
    breaker.subscribe({ onCall: ({ outcome }) => void outcomes.push(outcome) })
    await callBoth(policy, breaker, ok, fails)
    expect(events).toEqual(['success', 'failure'])
    expect(outcomes).toEqual(events)
  },
  'isolate(), and dispose() of its result': async () => {
    const [policy, breaker] = [peer(), ours()]
    const handles = [policy.isolate(), policy.isolate()]
    breaker.forceOpen()
    breaker.forceOpen()
    expectBoth(policy, breaker, 'forced_open')
    handles[0]?.dispose()
    expect(policy.state).toBe(CircuitState.Isolated)
    handles[1]?.dispose()
    breaker.reset()
    expectBoth(policy, breaker, 'closed')
  },
  'state, lastFailure': async () => {
    const [policy, breaker] = [peer(), ours()]
    const errors: unknown[] = []
    breaker.subscribe(({ error }) => errors.push(error))
    await callBoth(policy, breaker, fails)
    expectBoth(policy, breaker, 'open')
    expect(policy.lastFailure).toEqual({ error: down })
    expect(errors).toEqual([down])
    expect(await errorOf(breaker.call(ok))).toHaveProperty('cause', {
      name: 'Error',
      message: 'down',
    })
  },
  'toJSON(), option initialState': async () => {
    const [before, ourBefore] = [peer(), ours()]
    await callBoth(before, ourBefore, fails)
    vi.advanceTimersByTime(8_000)
    const policy = peer({ initialState: JSON.parse(JSON.stringify(before)) })
    const breaker = ours({ initial: JSON.parse(JSON.stringify(ourBefore.snapshot())) })
    await callBoth(policy, breaker, ok)
    expectBoth(policy, breaker, 'open')
    vi.advanceTimersByTime(2_000)
    await callBoth(policy, breaker, ok)
    expectBoth(policy, breaker, 'closed')
  },
  'isBrokenCircuitError(error), isIsolatedCircuitError(error)': async () => {
    const [policy, breaker] = [peer(), ours()]
    await callBoth(policy, breaker, fails)
    expect(await errorOf(policy.execute(ok))).toSatisfy(cockatiel.isBrokenCircuitError)
    expect(await errorOf(breaker.call(ok))).toSatisfy(isCallNotPermitted)
    policy.isolate()
    breaker.forceOpen()
    expect(await errorOf(policy.execute(ok))).toSatisfy(cockatiel.isIsolatedCircuitError)
    expect(await errorOf(breaker.call(ok))).toHaveProperty('state', 'forced_open')
  },
  'fallback(policy, value)': async () => {
    const fallback = () => 'cached'
    for (const job of [fails, ok]) {
      const policy = cockatiel.wrap(cockatiel.fallback(cockatiel.handleAll, 'cached'), peer())
      expect(await ours().call(job, { fallback })).toBe(await policy.execute(job))
    }
    const caller = new AbortController()
    const call = ours().call(neverSettles, { fallback, signal: caller.signal })
    caller.abort()
    await expect(call).rejects.toBe(caller.signal.reason)
  },
  'timeout(ms, TimeoutStrategy.Aggressive)': async () => {
    const timeout = cockatiel.timeout(1_000, cockatiel.TimeoutStrategy.Aggressive)
    const policy = cockatiel.wrap(peer(), timeout)
    const errors = [
      errorOf(policy.execute(neverSettles)),
      errorOf(ours({ timeoutMs: 1_000 }).call(neverSettles)),
    ]
    await vi.advanceTimersByTimeAsync(1_000)
    await microtasks()
    const [theirs, own] = await Promise.all(errors)
    expect(theirs).toBeInstanceOf(cockatiel.TaskCancelledError)
    expect(own).toHaveProperty('name', 'TimeoutError')
  },
}

test('each row of the table has a test', () => {
  expect(Object.keys(rows)).toEqual(rowsOf('cockatiel'))
})

test.each(Object.entries(rows))('%s', (_, compare) => compare())
