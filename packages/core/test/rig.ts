import {
  type BreakerOptions,
  type CallEvent,
  CircuitBreaker,
  cooldown,
  type ErrorSource,
  failureStreak,
  type Signal,
  type State,
} from '../src/index.ts'
import { ManualClock, seededRandom } from '../src/testing/index.ts'

export const states = [
  'closed',
  'open',
  'half_open',
  'metrics_only',
  'disabled',
  'forced_open',
] as const satisfies State[]

/** How long the circuit of a rig stays open unless its test says otherwise. */
export const COOLDOWN_MS = 1_000

/** A breaker on the bench: its clock turned by hand, its chance repeatable, all it tells kept. */
export class Rig {
  readonly clock = new ManualClock()
  readonly signals: Signal[] = []
  readonly events: CallEvent[] = []
  readonly told: { error: unknown; source: ErrorSource; circuitName: string }[] = []
  readonly breaker: CircuitBreaker

  /** Opens after three failures in a row, for one second. */
  constructor({ listeners = [], ...options }: Partial<BreakerOptions> = {}) {
    this.breaker = new CircuitBreaker({
      name: 'payments',
      tripper: failureStreak(3),
      retry: cooldown(COOLDOWN_MS),
      clock: this.clock,
      random: seededRandom(1),
      onError: (error, context) => this.told.push({ error, ...context }),
      ...options,
      listeners: [
        {
          onSignal: (signal) => void this.signals.push(signal),
          onCall: (event) => void this.events.push(event),
        },
        ...listeners,
      ],
    })
  }

  /** `closed>open` for each transition told so far. */
  get moves(): string[] {
    return this.signals.map(({ oldState, newState }) => `${oldState}>${newState}`)
  }

  succeed(calls = 1, durationMs = 0): void {
    for (let i = 0; i < calls; i++) {
      const ticket = this.breaker.acquire()
      this.clock.advance(durationMs)
      ticket.success()
    }
  }

  fail(calls = 1, error: unknown = new Error('down'), durationMs = 0): void {
    for (let i = 0; i < calls; i++) {
      const ticket = this.breaker.acquire()
      this.clock.advance(durationMs)
      ticket.failure(error)
    }
  }

  /** Is the next call let through? It takes no place and is counted nowhere. */
  admits(): boolean {
    const ticket = this.breaker.tryAcquire()
    ticket?.release()
    return ticket !== undefined
  }

  /** Brings the circuit into a state that has just begun, with nothing recorded in it. */
  enter(state: State): this {
    const { breaker } = this
    if (breaker.state === state) breaker[state === 'forced_open' ? 'disable' : 'forceOpen']()
    if (state === 'closed') breaker.reset()
    if (state === 'metrics_only') breaker.metricsOnly()
    if (state === 'disabled') breaker.disable()
    if (state === 'forced_open') breaker.forceOpen()
    if (state === 'open' || state === 'half_open') breaker.trip({ forMs: COOLDOWN_MS })
    if (state === 'half_open') {
      this.clock.advance(COOLDOWN_MS)
      this.admits()
    }
    return this.forget()
  }

  /** Lets a failing call open the circuit again and the time of its retry come. */
  reopen(): void {
    this.fail()
    this.clock.advance(COOLDOWN_MS)
  }

  /** Forgets what was told so far. */
  forget(): this {
    this.signals.length = 0
    this.events.length = 0
    this.told.length = 0
    return this
  }
}
