import {
  CircuitBreaker,
  cooldown,
  countWindow,
  failureRate,
  minRequests,
  rampUp,
  type Signal,
} from '@fluxgate/core'
import { ManualClock, seededRandom } from '@fluxgate/core/testing'
import { describe, expect, test } from 'vitest'

const CALLS_PER_SECOND = 100
const RAMP = { from: 0.1, to: 1, durationMs: 60_000 }
const COOLDOWN_MS = 30_000

interface Count {
  admitted: number
  calls: number
}

/** A client that calls a hundred times a second, whatever the circuit says. */
class Traffic {
  readonly signals: Signal[] = []
  readonly breaker: CircuitBreaker
  readonly #clock = new ManualClock(0)

  constructor(seed: number, ramp = RAMP) {
    this.breaker = new CircuitBreaker({
      name: 'payments',
      window: countWindow(100),
      tripper: minRequests(20).and(failureRate(0.5)),
      retry: cooldown(COOLDOWN_MS),
      permit: rampUp(ramp),
      clock: this.#clock,
      random: seededRandom(seed),
      listeners: [(signal) => void this.signals.push(signal)],
    })
  }

  /** Opens the circuit and waits until it may probe: the next call begins the ramp. */
  outage(): this {
    this.breaker.trip()
    this.#clock.advance(COOLDOWN_MS)
    return this
  }

  /** @returns how many calls of how many were let through */
  for(seconds: number, service: 'up' | 'down'): Count {
    const until = this.#clock.now() + seconds * 1000
    const count = { admitted: 0, calls: 0 }
    while (this.#clock.now() < until) {
      const ticket = this.breaker.tryAcquire()
      count.calls++
      if (ticket) count.admitted++
      if (service === 'up') ticket?.success()
      else ticket?.failure(new Error('down'))
      this.#clock.advance(1000 / CALLS_PER_SECOND)
    }
    return count
  }

  /** Goes on until the next call may probe. */
  untilRetry(): Count {
    const { retryAt = 0 } = this.breaker.snapshot()
    return this.for((retryAt - this.#clock.timestamp()) / 1000, 'up')
  }
}

/** Four standard deviations: what chance exceeds once in 16,000 times, and a seed never or always. */
function expectShare({ admitted, calls }: Count, share: number): void {
  const deviation = Math.sqrt((share * (1 - share)) / calls)
  expect(Math.abs(admitted / calls - share)).toBeLessThan(4 * deviation)
}

const lineAt = (second: number) =>
  RAMP.from + ((RAMP.to - RAMP.from) * second * 1000) / RAMP.durationMs

describe.each([1, 2, 3, 4, 5])('a ramp, seed %i', (seed) => {
  test('lets through a share that rises along the line, and ends in closed', () => {
    const traffic = new Traffic(seed).outage()
    const slices = [0, 10, 20, 30, 40, 50].map((second) => {
      const slice = traffic.for(10, 'up')
      expect(traffic.breaker.state).toBe('half_open')
      expectShare(slice, lineAt(second + 5))
      return slice.admitted
    })
    expect(slices).toEqual([...slices].sort((a, b) => a - b))

    expect(traffic.for(1, 'up')).toEqual({ admitted: 100, calls: 100 })
    expect(traffic.breaker.state).toBe('closed')
    expect(traffic.signals.map(({ cause }) => cause)).toEqual(['manual', 'retry', 'probes'])
  })

  test('ends early when the service fails again, and the next one starts from the bottom', () => {
    const traffic = new Traffic(seed).outage()
    expectShare(traffic.for(30, 'up'), lineAt(15))

    // Half of the window, at half of the traffic: about a second.
    const failing = traffic.for(10, 'down')
    expect(failing.admitted).toBe(50)
    const reopened = traffic.signals.at(-1)
    expect(reopened).toMatchObject({ oldState: 'half_open', newState: 'open', cause: 'rule' })
    expect(reopened?.timestamp).toBeLessThan(COOLDOWN_MS + 32_000)
    expect(traffic.breaker.snapshot()).toMatchObject({ reopens: 1, permitted: false })

    const rejected = traffic.untilRetry()
    expect(rejected.admitted).toBe(0)
    expect(rejected.calls).toBeGreaterThan(2000)
    expectShare(traffic.for(10, 'up'), lineAt(5))
  })

  test('goes no further than its end says, until it is over', () => {
    const traffic = new Traffic(seed, { from: 0.2, to: 0.4, durationMs: 20_000 }).outage()
    expectShare(traffic.for(10, 'up'), 0.25)
    expectShare(traffic.for(10, 'up'), 0.35)
    expect(traffic.for(10, 'up').admitted).toBe(1000)
  })
})

test('a service that still fails meets no more than the probes', () => {
  const traffic = new Traffic(1).outage()
  const { admitted } = traffic.for(10, 'down')
  expect(admitted).toBe(3) // the probes, to whose number minRequests(20) is capped
  expect(traffic.breaker.state).toBe('open')
})
