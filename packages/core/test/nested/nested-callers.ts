import { CircuitBreaker, isCallNotPermitted, type Ticket } from '@fluxgate/core'
import { ManualClock } from '@fluxgate/core/testing'

/** Callers of a function that calls itself through one circuit, `depth` levels deep. */
export interface NestedSetup {
  readonly depth: number
  readonly probes: number
  readonly callers: number
  /** Whether the service fails every call that reaches it. */
  readonly down: boolean
  /** Whether each level wraps the error of the level below. */
  readonly wraps: boolean
}

/**
 * Callers that call again until the circuit leaves half-open. A caller takes one step at a time: it
 * enters the next level, or leaves one. So a test chooses every interleaving of them.
 */
export class NestedCallers {
  readonly breaker: CircuitBreaker
  /** Calls that reached the service. */
  reached = 0
  /** Levels that ended in a rejection of the circuit. */
  endedInRejection = 0
  readonly #setup: NestedSetup
  readonly #callers: Caller[]

  constructor(setup: NestedSetup) {
    const clock = new ManualClock()
    this.#setup = setup
    this.breaker = new CircuitBreaker({ name: 'nested', probes: setup.probes, clock })
    this.breaker.halfOpen()
    this.#callers = Array.from({ length: setup.callers }, () => ({ tickets: [], leaving: false }))
  }

  get decided(): boolean {
    return this.breaker.state !== 'half_open'
  }

  /** One step of each caller, in order. */
  stepEach(): void {
    for (const index of this.#callers.keys()) this.step(index)
  }

  /** One step of a caller. */
  step(index: number): void {
    const caller = this.#callers[index % this.#callers.length]
    if (caller === undefined) return
    if (caller.leaving) this.#leave(caller)
    else this.#enter(caller)
  }

  #enter(caller: Caller): void {
    if (caller.tickets.length === 0 && this.decided) return
    try {
      caller.tickets.push(this.breaker.acquire())
    } catch (rejection) {
      caller.error = rejection
      caller.leaving = caller.tickets.length > 0
      return
    }
    if (caller.tickets.length < this.#setup.depth) return
    this.reached++
    caller.leaving = true
    caller.error = this.#setup.down ? new Error('down') : undefined
  }

  #leave(caller: Caller): void {
    const ticket = caller.tickets.pop()
    if (isCallNotPermitted(caller.error)) this.endedInRejection++
    if (caller.error === undefined) ticket?.success()
    else ticket?.failure(caller.error)
    if (this.#setup.wraps) caller.error &&= new Error('wrapped', { cause: caller.error })
    caller.leaving = caller.tickets.length > 0
  }
}

interface Caller {
  /** One for each level that it has entered. */
  readonly tickets: Ticket[]
  leaving: boolean
  error?: unknown
}
