import type {
  BreakerOptions,
  CallEvent,
  CircuitBreaker,
  ErrorSource,
  Signal,
  State,
} from '@fluxgate/core'

/** The modules that a rig is built from: the sources, or an installed package. */
export interface RigModules {
  readonly core: typeof import('@fluxgate/core')
  readonly testing: typeof import('@fluxgate/core/testing')
}

/** A record, so that a new state is a type error here. */
const allStates: Readonly<Record<State, true>> = {
  closed: true,
  open: true,
  half_open: true,
  metrics_only: true,
  disabled: true,
  forced_open: true,
}

export const states = Object.keys(allStates) as readonly State[]

/** The open time of a rig's circuit, in ms, unless a test passes its own `retry`. */
export const COOLDOWN_MS = 1_000

interface ReportedError {
  readonly error: unknown
  readonly source: ErrorSource
  readonly circuitName: string
}

/**
 * A breaker under a manual clock and seeded chance that records its signals, events and errors.
 * The suite and the unit tests share it; rig.ts binds it to the sources.
 */
export class SubjectRig {
  readonly clock: InstanceType<RigModules['testing']['ManualClock']>
  readonly signals: Signal[] = []
  readonly events: CallEvent[] = []
  /** The arguments of each `onError` call. */
  readonly errors: ReportedError[] = []
  readonly breaker: CircuitBreaker

  /** By default the circuit opens after three failures in a row, for `COOLDOWN_MS`. */
  constructor(
    { core, testing }: RigModules,
    { listeners = [], ...options }: Partial<BreakerOptions> = {},
  ) {
    this.clock = new testing.ManualClock()
    this.breaker = new core.CircuitBreaker({
      name: 'payments',
      tripper: core.failureStreak(3),
      retry: core.cooldown(COOLDOWN_MS),
      clock: this.clock,
      random: testing.seededRandom(1),
      onError: (error, context) => void this.errors.push({ error, ...context }),
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

  /** `closed>open` for each signal so far. */
  get transitions(): string[] {
    return this.signals.map(({ oldState, newState }) => `${oldState}>${newState}`)
  }

  get outcomes(): string[] {
    return this.events.map(({ outcome }) => outcome)
  }

  /** The recorded calls of the current epoch, as `total/failures`. */
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

  /** Whether the circuit admits a call now. The ticket is released, so nothing is recorded. */
  admits(): boolean {
    const ticket = this.breaker.tryAcquire()
    ticket?.release()
    return ticket !== undefined
  }

  /** Brings the circuit into a new epoch of `state`, and clears the records. */
  enter(state: State): this {
    const { breaker } = this
    if (breaker.state === state) breaker[state === 'forced_open' ? 'disable' : 'forceOpen']()
    this.#transitionTo(state)
    return this.clearRecords()
  }

  #transitionTo(state: State): void {
    const { breaker } = this
    switch (state) {
      case 'closed':
        breaker.reset()
        break
      case 'metrics_only':
        breaker.metricsOnly()
        break
      case 'disabled':
        breaker.disable()
        break
      case 'forced_open':
        breaker.forceOpen()
        break
      case 'open':
        breaker.trip({ forMs: COOLDOWN_MS })
        break
      case 'half_open':
        breaker.trip({ forMs: COOLDOWN_MS })
        this.clock.advance(COOLDOWN_MS)
        this.admits()
        break
      default:
        state satisfies never
    }
  }

  /** Opens the circuit with one failing call and advances the clock to its `retryAt`. */
  reopen(): void {
    this.fail()
    this.clock.advance(COOLDOWN_MS)
  }

  clearRecords(): this {
    this.signals.length = 0
    this.events.length = 0
    this.errors.length = 0
    return this
  }
}
