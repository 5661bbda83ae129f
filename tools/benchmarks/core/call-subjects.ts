import {
  CircuitBreaker,
  countWindow,
  failureRate,
  type Listener,
  minRequests,
  slowRate,
  timeWindow,
  type Window,
} from '@fluxgate/core'
import { Minimum } from './minimum.ts'
import { cockatiel, mollitia, opossum } from './peers.ts'
import { type Batch, oneByOne, oneByOneFailing, type Subject, together } from './subject.ts'

export const succeed = async () => 1
const failure = new Error('the service is down')
const fail = async () => {
  throw failure
}

export const FLUXGATE = 'fluxgate call'
export const TIMED = 'fluxgate call, timed: true'
const MINIMUM = 'hand-written minimum'
const COCKATIEL = 'cockatiel CountBreaker(100)'
const OPOSSUM = 'opossum, timeout off'

const defaultRule = () => minRequests(10).and(failureRate(0.5))
export const counting = (window: Window = countWindow(100), listeners: Listener[] = []) =>
  new CircuitBreaker({ name: 'bench', window, tripper: defaultRule(), listeners })

export const timed = () =>
  new CircuitBreaker({ name: 'bench', tripper: defaultRule(), timed: true })

/** Evaluates all rules at each failure and never opens: the slow threshold is eleven days. */
const failing = () =>
  new CircuitBreaker({ name: 'bench', tripper: defaultRule().and(slowRate(1, 1e9)) })

const tripped = () => {
  const breaker = counting()
  breaker.trip()
  return breaker
}

const minimum = { name: MINIMUM, make: () => oneByOne(calls(new Minimum(), succeed)) }

export function calls<T>(
  breaker: { call(fn: () => Promise<T>): Promise<T> },
  fn: () => Promise<T>,
) {
  return () => breaker.call(fn)
}

export const callSubjects: readonly Subject[] = [
  {
    name: 'a successful call',
    goals: [
      { of: FLUXGATE, to: COCKATIEL, ratio: 0.55 },
      { of: FLUXGATE, to: OPOSSUM, ratio: 0.25 },
      { of: FLUXGATE, to: MINIMUM, ratio: 0.5 },
      { of: TIMED, to: MINIMUM, ratio: 1.05 },
      { of: 'fluxgate call, timeWindow and slowRate', to: MINIMUM, ratio: 1.1 },
      { of: 'fluxgate callSync', to: FLUXGATE, ratio: 0.25 },
    ],
    candidates: [
      { name: FLUXGATE, make: () => oneByOne(calls(counting(), succeed)) },
      { name: 'bare await', make: () => oneByOne(succeed) },
      minimum,
      { name: TIMED, make: () => oneByOne(calls(timed(), succeed)) },
      {
        name: 'fluxgate call, timeWindow and slowRate',
        make: () => {
          const tripper = minRequests(10).and(failureRate(0.5).or(slowRate(0.5, 1_000)))
          const options = { name: 'bench', window: timeWindow(60_000), tripper }
          return oneByOne(calls(new CircuitBreaker(options), succeed))
        },
      },
      {
        name: 'fluxgate callSync',
        make: () => {
          const breaker = counting()
          const fn = () => 1
          return (times) => {
            for (let i = 0; i < times; i++) breaker.callSync(fn)
          }
        },
      },
      {
        name: COCKATIEL,
        make: () => {
          const breaker = cockatiel()
          return oneByOne(() => breaker.execute(succeed))
        },
      },
      {
        name: OPOSSUM,
        make: () => {
          const breaker = opossum(succeed, { timeout: false })
          return oneByOne(() => breaker.fire())
        },
      },
      {
        name: 'opossum, default',
        make: () => {
          const breaker = opossum(succeed)
          return oneByOne(() => breaker.fire())
        },
      },
      {
        name: 'mollitia SlidingCountBreaker',
        make: () => {
          const circuit = mollitia(succeed)
          return oneByOne(() => circuit.execute())
        },
      },
    ],
  },
  {
    name: 'a failing call, the same error each time',
    goals: [{ of: FLUXGATE, to: MINIMUM, ratio: 1.2 }],
    candidates: [
      { name: FLUXGATE, make: () => oneByOneFailing(calls(failing(), fail)) },
      { name: MINIMUM, make: () => oneByOneFailing(calls(new Minimum(), fail)) },
    ],
  },
  {
    name: 'a rejected call',
    goals: [
      { of: FLUXGATE, to: COCKATIEL, ratio: 0.32 },
      { of: FLUXGATE, to: OPOSSUM, ratio: 0.35 },
      { of: 'fluxgate tryAcquire', to: FLUXGATE, ratio: 0.1 },
    ],
    candidates: [
      { name: FLUXGATE, make: () => oneByOneFailing(calls(tripped(), succeed)) },
      {
        name: 'fluxgate tryAcquire',
        make: () => {
          const breaker = tripped()
          return (times) => {
            for (let i = 0; i < times; i++) breaker.tryAcquire()
          }
        },
      },
      {
        name: COCKATIEL,
        make: () => {
          const breaker = cockatiel()
          breaker.isolate()
          return oneByOneFailing(() => breaker.execute(succeed))
        },
      },
      {
        name: OPOSSUM,
        make: () => {
          const breaker = opossum(succeed, { timeout: false })
          breaker.open()
          return oneByOneFailing(() => breaker.fire())
        },
      },
    ],
  },
  {
    name: '1,000 calls in flight at once',
    goals: [
      { of: FLUXGATE, to: COCKATIEL, ratio: 0.5 },
      { of: FLUXGATE, to: OPOSSUM, ratio: 0.5 },
    ],
    candidates: [
      { name: FLUXGATE, make: () => together(calls(counting(), succeed), 1_000) },
      {
        name: COCKATIEL,
        make: () => {
          const breaker = cockatiel()
          return together(() => breaker.execute(succeed), 1_000)
        },
      },
      {
        name: OPOSSUM,
        make: () => {
          const breaker = opossum(succeed, { timeout: false })
          return together(() => breaker.fire(), 1_000)
        },
      },
    ],
  },
  {
    name: '10,000 circuits in turn',
    goals: [{ of: FLUXGATE, to: COCKATIEL, ratio: 0.5 }],
    candidates: [
      {
        name: FLUXGATE,
        make: () =>
          inTurn(
            () => counting(),
            (breaker) => breaker.call(succeed),
          ),
      },
      { name: COCKATIEL, make: () => inTurn(cockatiel, (breaker) => breaker.execute(succeed)) },
    ],
  },
  {
    name: 'the size of the window',
    goals: [
      { of: 'the last 100,000 calls', to: 'the last 100 calls', ratio: 1.1 },
      { of: 'the last hour', to: 'the last 10 seconds', ratio: 1.1 },
    ],
    candidates: [
      { name: 'the last 100 calls', make: () => filled(countWindow(100)) },
      { name: 'the last 100,000 calls', make: () => filled(countWindow(100_000)) },
      { name: 'the last 10 seconds', make: () => filled(timeWindow(10_000)) },
      { name: 'the last hour', make: () => filled(timeWindow(3_600_000)) },
    ],
  },
  {
    name: 'making a breaker',
    goals: [
      { of: 'fluxgate', to: 'cockatiel', ratio: 0.2 },
      { of: 'fluxgate, its rules made anew', to: 'cockatiel' },
    ],
    candidates: [
      {
        // as in an application, which makes its rules once
        name: 'fluxgate',
        make: () => {
          const options = { window: countWindow(100), tripper: defaultRule() }
          return making(() => new CircuitBreaker({ name: 'bench', ...options }))
        },
      },
      { name: 'fluxgate, its rules made anew', make: () => making(() => counting()) },
      { name: 'cockatiel', make: () => making(() => cockatiel()) },
    ],
  },
]

function inTurn<B>(make: () => B, call: (breaker: B) => Promise<unknown>): Batch {
  const breakers = Array.from({ length: 10_000 }, make)
  let next = 0
  return oneByOne(() => {
    next = next === 9_999 ? 0 : next + 1
    return call(breakers[next] as B)
  })
}

/** Synchronous calls into a full window. Promises would hide the cost of the window. */
function filled(window: Window): Batch {
  const breaker = counting(window)
  const fn = () => 1
  const batch = (times: number) => {
    for (let i = 0; i < times; i++) breaker.callSync(fn)
  }
  batch(Number.isFinite(window.capacity) ? window.capacity : 0)
  return batch
}

function making(make: () => unknown): Batch {
  let last: unknown
  return (times) => {
    for (let i = 0; i < times; i++) last = make()
    if (last === undefined) throw new Error('make() returned undefined')
  }
}
