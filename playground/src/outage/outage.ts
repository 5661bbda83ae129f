import { CircuitBreaker, type Listener, type Ticket } from '@fluxgate/core'
import { seededRandom } from '@fluxgate/core/testing'
import { Store } from '../ui/store.ts'
import { type Strength, Weather } from './fault-schedule.ts'
import { stormCircuits } from './outage-circuits.ts'
import { StormClock } from './outage-clock.ts'

/** Everything moves on in steps of this, so that one seed always gives one storm. */
const STEP_MS = 20
/** After a longer sleep the storm does not catch up, it goes on from where it was. */
const MAX_CATCH_UP_MS = 300_000
/** Share of seconds, in a gale, in which somebody moves a circuit by hand. */
const HAND_SHARE = 0.03

export interface StormOptions {
  /** The same seed and the same steps give the same storm. */
  readonly seed: number
  readonly strength: Strength
  /** Unix ms. */
  readonly start: number
  readonly listeners?: readonly Listener[]
}

interface Service {
  readonly circuit: CircuitBreaker
  readonly weather: Weather
  readonly callsPerSecond: number
  readonly latencyMs: number
}

interface Call {
  readonly ticket: Ticket
  /** By the storm's clock. */
  readonly endsAt: number
  readonly fails: boolean
}

/**
 * Several circuits with different rules under failures, slowness, recovery and moves by hand.
 *
 * Nothing in it waits: its calls are tickets, its time is its own. So a minute of it takes a few
 * milliseconds, and tests and pictures see the very same storm.
 */
export class Storm {
  readonly strength: Store<Strength>
  readonly circuits: readonly CircuitBreaker[]
  readonly #clock: StormClock
  readonly #random: () => number
  readonly #services: readonly Service[]
  #calls: Call[] = []
  /** Circuits that somebody holds by hand, and until when. */
  readonly #held = new Map<CircuitBreaker, number>()

  constructor({ seed, strength, start, listeners = [] }: StormOptions) {
    this.strength = new Store(strength)
    const clock = new StormClock(start)
    this.#clock = clock
    this.#random = seededRandom(seed)
    this.#services = stormCircuits.map(
      ({ options, callsPerSecond, latencyMs, proneness }, index) => ({
        circuit: new CircuitBreaker({
          ...options,
          clock,
          random: seededRandom(seed + index + 1),
          listeners,
        }),
        weather: new Weather(proneness, seededRandom(seed + 100 + index)),
        callsPerSecond,
        latencyMs,
      }),
    )
    this.circuits = this.#services.map(({ circuit }) => circuit)
    this.circuits.find(({ name }) => name === 'notifications')?.metricsOnly()
  }

  /** Unix ms up to which it has come. */
  get now(): number {
    return this.#clock.timestamp()
  }

  /** Lets the storm go on until `timestamp`, Unix ms. */
  goOn(timestamp: number): void {
    const skippedMs = timestamp - this.now - MAX_CATCH_UP_MS
    if (skippedMs > 0) this.#clock.advance(Math.floor(skippedMs / STEP_MS) * STEP_MS)
    while (this.now + STEP_MS <= timestamp) this.#step()
  }

  #step(): void {
    this.#clock.advance(STEP_MS)
    const now = this.#clock.now()
    this.#settle(now)
    if (now % 1_000 === 0) this.#passSecond(now)
    for (const service of this.#services) {
      const expected = (service.callsPerSecond * STEP_MS) / 1_000
      if (this.#random() < expected) this.#call(service, now)
    }
  }

  #call({ circuit, weather, latencyMs }: Service, now: number): void {
    const { failureRate, slowness } = weather.condition
    const fails = this.#random() < failureRate
    // most calls are quick, few are slow
    const spread = 0.5 + this.#random() ** 3 * 2.5
    const ticket = circuit.tryAcquire()
    if (ticket === undefined) return
    this.#calls.push({ ticket, endsAt: now + latencyMs * slowness * spread, fails })
  }

  #settle(now: number): void {
    const due = this.#calls.filter(({ endsAt }) => endsAt <= now)
    if (due.length === 0) return
    this.#calls = this.#calls.filter(({ endsAt }) => endsAt > now)
    for (const { ticket, fails } of due) {
      if (fails) ticket.failure(new Error('the storm took it'))
      else ticket.success()
    }
  }

  #passSecond(now: number): void {
    const strength = this.strength.get()
    for (const { weather } of this.#services) weather.pass(strength)
    for (const [circuit, until] of this.#held) {
      if (now < until) continue
      this.#held.delete(circuit)
      circuit.reset()
    }
    if (this.#random() < HAND_SHARE) this.#takeInHand(now)
  }

  /** Somebody at a console has had enough of waiting, or knows better. */
  #takeInHand(now: number): void {
    const circuit = this.circuits[Math.floor(this.#random() * this.circuits.length)]
    if (circuit === undefined || circuit.state === 'metrics_only') return
    if (circuit.state === 'open') {
      circuit.reset()
      return
    }
    const kind = this.#random()
    if (kind < 0.5) circuit.forceOpen()
    else if (kind < 0.75) circuit.disable()
    else circuit.trip({ reason: 'a deployment is under way' })
    this.#held.set(circuit, now + 4_000 + Math.floor(this.#random() * 8) * 1_000)
  }
}
