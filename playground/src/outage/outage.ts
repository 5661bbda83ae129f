import { CircuitBreaker, type Listener, type Ticket } from '@fluxgate/core'
import { seededRandom } from '@fluxgate/core/testing'
import { Store } from '../ui/store.ts'
import { FaultSchedule, type Severity } from './fault-schedule.ts'
import { outageCircuits } from './outage-circuits.ts'
import { OutageClock } from './outage-clock.ts'

/** The step of the simulation. Fixed steps make it deterministic for a seed. */
const STEP_MS = 20
/** After a longer interruption the simulation skips the time before. */
const MAX_CATCH_UP_MS = 300_000
/** Probability per second of a manual transition. */
const MANUAL_RATE = 0.03

export interface OutageOptions {
  /** Equal seeds give equal simulations. */
  readonly seed: number
  readonly severity: Severity
  /** Unix ms. */
  readonly start: number
  readonly listeners?: readonly Listener[]
}

interface Service {
  readonly circuit: CircuitBreaker
  readonly faults: FaultSchedule
  readonly callsPerSecond: number
  readonly latencyMs: number
}

interface Call {
  readonly ticket: Ticket
  /** In time of the simulation. */
  readonly endsAt: number
  readonly fails: boolean
}

/**
 * A simulated outage: circuits with different rules, under failures, slow calls, recovery and manual
 * transitions.
 *
 * Calls are tickets and the clock is simulated, so a minute takes a few milliseconds. Tests and
 * pictures use the same seed and see the same events.
 */
export class Outage {
  readonly severity: Store<Severity>
  readonly circuits: readonly CircuitBreaker[]
  readonly #clock: OutageClock
  readonly #random: () => number
  readonly #services: readonly Service[]
  #calls: Call[] = []
  /** Circuits in a manual state, with the time at which they are reset. */
  readonly #manualUntil = new Map<CircuitBreaker, number>()

  constructor({ seed, severity, start, listeners = [] }: OutageOptions) {
    this.severity = new Store(severity)
    const clock = new OutageClock(start)
    this.#clock = clock
    this.#random = seededRandom(seed)
    this.#services = outageCircuits.map(
      ({ options, callsPerSecond, latencyMs, faultRate }, index) => ({
        circuit: new CircuitBreaker({
          ...options,
          clock,
          random: seededRandom(seed + index + 1),
          listeners,
        }),
        faults: new FaultSchedule(faultRate, seededRandom(seed + 100 + index)),
        callsPerSecond,
        latencyMs,
      }),
    )
    this.circuits = this.#services.map(({ circuit }) => circuit)
    this.circuits.find(({ name }) => name === 'notifications')?.metricsOnly()
  }

  /** The current time of the simulation, Unix ms. */
  get now(): number {
    return this.#clock.timestamp()
  }

  /** Advances the simulation to `timestamp`, Unix ms. */
  advanceTo(timestamp: number): void {
    const skippedMs = timestamp - this.now - MAX_CATCH_UP_MS
    if (skippedMs > 0) this.#clock.advance(Math.floor(skippedMs / STEP_MS) * STEP_MS)
    while (this.now + STEP_MS <= timestamp) this.#step()
  }

  #step(): void {
    this.#clock.advance(STEP_MS)
    const now = this.#clock.now()
    this.#settle(now)
    if (now % 1_000 === 0) this.#advanceSecond(now)
    for (const service of this.#services) {
      const expected = (service.callsPerSecond * STEP_MS) / 1_000
      if (this.#random() < expected) this.#call(service, now)
    }
  }

  #call({ circuit, faults, latencyMs }: Service, now: number): void {
    const { failureRate, slowness } = faults.condition
    const fails = this.#random() < failureRate
    // a skewed distribution: most calls are fast, few are slow
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
      if (fails) ticket.failure(new Error('injected fault'))
      else ticket.success()
    }
  }

  #advanceSecond(now: number): void {
    const severity = this.severity.get()
    for (const { faults } of this.#services) faults.advance(severity)
    for (const [circuit, until] of this.#manualUntil) {
      if (now < until) continue
      this.#manualUntil.delete(circuit)
      circuit.reset()
    }
    if (this.#random() < MANUAL_RATE) this.#applyManualTransition(now)
  }

  /** Applies a random manual transition to a random circuit. */
  #applyManualTransition(now: number): void {
    const circuit = this.circuits[Math.floor(this.#random() * this.circuits.length)]
    if (circuit === undefined || circuit.state === 'metrics_only') return
    if (circuit.state === 'open') {
      circuit.reset()
      return
    }
    const kind = this.#random()
    if (kind < 0.5) circuit.forceOpen()
    else if (kind < 0.75) circuit.disable()
    else circuit.trip({ reason: 'a deployment is in progress' })
    this.#manualUntil.set(circuit, now + 4_000 + Math.floor(this.#random() * 8) * 1_000)
  }
}
