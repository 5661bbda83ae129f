import { expect, test } from 'vitest'
import { CircuitBreaker } from '../circuit-breaker.ts'
import type { Signal } from '../model/signal.ts'
import type { State } from '../model/state.ts'
import { ManualClock } from '../testing/manual-clock.ts'
import { seededRandom } from '../testing/seeded-random.ts'

/** The transitions that calls and time cause. A manual transition leads from any state to any other. */
const automaticTransitions = {
  closed: ['open'],
  open: ['half_open'],
  half_open: ['open', 'closed'],
  metrics_only: [],
  disabled: [],
  forced_open: [],
} as const satisfies Record<State, readonly State[]>

test('a circuit makes exactly the automatic transitions of the table', () => {
  const clock = new ManualClock()
  const random = seededRandom(7)
  const observed = new Set<string>()
  const recordAutomatic = ({ cause, oldState, newState }: Signal) => {
    if (cause !== 'manual' && cause !== 'shadow') observed.add(`${oldState} -> ${newState}`)
  }
  const breaker = new CircuitBreaker({
    name: 'payments',
    clock,
    random,
    listeners: [recordAutomatic],
  })
  const manualTransitions = [
    () => breaker.reset(),
    () => breaker.trip(),
    () => breaker.forceOpen(),
    () => breaker.disable(),
    () => breaker.metricsOnly(),
    () => breaker.halfOpen(),
  ]
  for (let step = 0; step < 20_000; step++) {
    clock.advance(random() * 2_000)
    if (random() < 0.01) manualTransitions[Math.floor(random() * manualTransitions.length)]?.()
    const ticket = breaker.tryAcquire()
    if (random() < 0.6) ticket?.failure(new Error('down'))
    else ticket?.success()
  }
  const expected = Object.entries(automaticTransitions).flatMap(([from, tos]) =>
    tos.map((to) => `${from} -> ${to}`),
  )
  expect([...observed].sort()).toEqual(expected.sort())
})
