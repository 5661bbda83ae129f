import { expect, test } from 'vitest'
import { CircuitBreaker } from '../circuit-breaker.ts'
import { cooldown, retryNever } from '../policies/retries.ts'
import { untilRetryMs } from './until-retry-ms.ts'

/** Two clocks that can be moved apart. */
function clocks() {
  const time = { now: 0, timestamp: 1_800_000_000_000 }
  const clock = { now: () => time.now, timestamp: () => time.timestamp }
  return { time, clock }
}

test('counts down while open, and is undefined in other states and for never', () => {
  const { time, clock } = clocks()
  const circuit = new CircuitBreaker({ name: 'payments', clock, retry: cooldown(30_000) })
  expect(untilRetryMs(circuit)).toBeUndefined()
  circuit.trip()
  time.now += 1_000
  expect(untilRetryMs(circuit)).toBe(29_000)
  time.now += 40_000
  expect(untilRetryMs(circuit)).toBe(0)
  circuit.halfOpen()
  expect(untilRetryMs(circuit)).toBeUndefined()
  const never = new CircuitBreaker({ name: 'never', retry: retryNever() })
  never.trip()
  expect(untilRetryMs(never)).toBeUndefined()
})

test.each([3_600_000, -3_600_000])('is right after the wall clock was set by %i ms', (ms) => {
  const { time, clock } = clocks()
  const circuit = new CircuitBreaker({ name: 'payments', clock, retry: cooldown(30_000) })
  circuit.trip()
  time.now += 2_000
  time.timestamp += 2_000 + ms
  expect(untilRetryMs(circuit)).toBe(28_000)
})

test('accepts an object that only implements the interface of a circuit', () => {
  const { time, clock } = clocks()
  const circuit = new CircuitBreaker({ name: 'payments', clock, retry: cooldown(30_000) })
  circuit.trip()
  const handle = {
    snapshot: () => circuit.snapshot(),
    clock,
  } as CircuitBreaker
  time.timestamp += 1_000
  expect(untilRetryMs(handle)).toBe(29_000)
  time.timestamp -= 3_600_000
  expect(untilRetryMs(handle)).toBe(30_000)
  time.timestamp += 9_999_999
  expect(untilRetryMs(handle)).toBe(0)
})

test('throws for anything but a circuit', () => {
  expect(() => untilRetryMs('payments' as never)).toThrow(
    'untilRetryMs: circuit must be an object with snapshot(), got "payments"',
  )
})
