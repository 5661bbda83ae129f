import type {
  BreakerOptions,
  CallEvent,
  CircuitBreaker,
  ErrorSource,
  Signal,
  State,
} from '@fluxgate/core'
import type { Subject } from './subject.ts'

/** What a rig is built of. */
type Parts = Pick<Subject, 'core' | 'testing'>

export const states = [
  'closed',
  'open',
  'half_open',
  'metrics_only',
  'disabled',
  'forced_open',
] as const satisfies readonly State[]

/** How long the circuit of a rig stays open unless its case says otherwise. */
export const COOLDOWN_MS = 1_000

type Told = { error: unknown; source: ErrorSource; circuitName: string }

/** A breaker on the bench: its clock turned by hand, its chance repeatable, all it tells kept. */
export class Rig {
  readonly clock: InstanceType<Subject['testing']['ManualClock']>
  readonly signals: Signal[] = []
  readonly events: CallEvent[] = []
  readonly told: Told[] = []
  readonly breaker: CircuitBreaker

  /** Opens after three failures in a row, for one second. */
  constructor(
    { core, testing }: Parts,
    { listeners = [], ...options }: Partial<BreakerOptions> = {},
  ) {
    this.clock = new testing.ManualClock()
    this.breaker = new core.CircuitBreaker({
      name: 'payments',
      tripper: core.failureStreak(3),
      retry: core.cooldown(COOLDOWN_MS),
      clock: this.clock,
      random: testing.seededRandom(1),
      onError: (error, context) => void this.told.push({ error, ...context }),
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

  get state(): State {
    return this.breaker.state
  }

  /** `closed>open` for each transition told so far. */
  get moves(): string[] {
    return this.signals.map(({ oldState, newState }) => `${oldState}>${newState}`)
  }

  get outcomes(): string[] {
    return this.events.map(({ outcome }) => outcome)
  }

  /** The recorded calls of this epoch, as `total/failures`. */
  get recorded(): string {
    const { total, failures } = this.breaker.snapshot().metrics
    return `${total}/${failures}`
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
