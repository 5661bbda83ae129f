import { expect, test } from 'vitest'
import { CircuitBreaker } from '../circuit-breaker.ts'
import type { Signal } from '../model/signal.ts'
import { ManualClock } from '../testing/manual-clock.ts'
import { seededRandom } from '../testing/seeded-random.ts'
import { automaticTransitions } from './circuit-state.ts'

test('a circuit makes the moves of the table by itself, every one of them and no other', () => {
  const clock = new ManualClock()
  const random = seededRandom(7)
  const moves = new Set<string>()
  const byItself = ({ cause, oldState, newState }: Signal) => {
    if (cause !== 'manual' && cause !== 'shadow') moves.add(`${oldState} -> ${newState}`)
  }
  const breaker = new CircuitBreaker({ name: 'storm', clock, random, listeners: [byItself] })
  const byHand = [
    () => breaker.reset(),
    () => breaker.trip(),
    () => breaker.forceOpen(),
    () => breaker.disable(),
    () => breaker.metricsOnly(),
  ]
  for (let step = 0; step < 20_000; step++) {
    clock.advance(random() * 2_000)
    if (random() < 0.01) byHand[Math.floor(random() * byHand.length)]?.()
    const ticket = breaker.tryAcquire()
    if (random() < 0.6) ticket?.failure(new Error('down'))
    else ticket?.success()
  }
  const table = Object.entries(automaticTransitions).flatMap(([from, tos]) =>
    tos.map((to) => `${from} -> ${to}`),
  )
  expect([...moves].sort()).toEqual(table.sort())
})
