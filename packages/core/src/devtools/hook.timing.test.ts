import { hookHere, newDocument } from '@fluxgate/testkit/devtools-page'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { CircuitBreaker } from '../index.ts'
import { devtoolsListener } from './index.ts'

beforeEach(() => {
  newDocument()
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

test.each([true, false])(
  'times a circuit for 10 s after each read of its metrics, controls: %s',
  (controls) => {
    const make = (name: string) =>
      new CircuitBreaker({ name, listeners: [devtoolsListener({ controls })] })
    const [watched, other] = [make('watched'), make('other')]
    const isTimed = (breaker: CircuitBreaker) => {
      breaker.reset()
      breaker.callSync(() => vi.advanceTimersByTime(0))
      return breaker.snapshot().metrics.avgDurationMs !== undefined
    }
    const timed = () => [isTimed(watched), isTimed(other)]
    hookHere().read(0)
    expect(timed()).toEqual([false, false])
    const read = () => hookHere().read(0, { metrics: ['1', 'unknown'] })
    read()
    vi.advanceTimersByTime(9_999)
    expect(timed()).toEqual([true, false])
    read()
    vi.advanceTimersByTime(9_999)
    expect(timed()).toEqual([true, false])
    vi.advanceTimersByTime(1)
    expect(timed()).toEqual([false, false])
    read()
    expect(timed()).toEqual([true, false])
  },
)
