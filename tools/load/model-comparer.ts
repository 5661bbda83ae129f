import type { CallEvent, CircuitBreaker, ListenerObject, Signal, State } from '@fluxgate/core'
import { type Accounts, entry, SignalDigest } from './signal-digest.ts'

/** What a circuit may do by itself, and for which reason; written down apart from the library. */
const legal: Readonly<Record<string, readonly string[]>> = {
  rule: ['closed->open', 'half_open->open'],
  retry: ['open->half_open'],
  probes: ['half_open->open', 'half_open->closed'],
  shadow: ['metrics_only->metrics_only'],
}

const rejecting: readonly State[] = ['open', 'half_open', 'forced_open']

/** The wall clock may be turned a little while a circuit waits by the monotonic one. */
const CLOCKS_APART_MS = 100

/** What a witness has seen. */
export interface Testimony {
  readonly accounts: Accounts
  /** Calls told of, by circuit and outcome: `catalog success`. */
  readonly calls: Readonly<Record<string, number>>
  /** `catalog closed->open`. */
  readonly moves: Readonly<Record<string, number>>
  readonly wrong: number
  /** The first few. */
  readonly complaints: readonly string[]
}

interface Seen {
  state: State
  retryAt: number | undefined
  epoch: number
}

/** Listens to every circuit and notes whatever must not happen. Its memory does not grow. */
export class ModelComparer implements ListenerObject {
  readonly #ledger = new SignalDigest()
  readonly #seen = new Map<string, Seen>()
  readonly #calls: Record<string, number> = {}
  readonly #moves: Record<string, number> = {}
  #wrong = 0
  readonly #complaints: string[] = []

  onAttach({ name, state }: CircuitBreaker): () => void {
    this.#seen.set(name, { state, retryAt: undefined, epoch: 0 })
    return () => this.#seen.delete(name)
  }

  onSignal(signal: Signal): void {
    const { circuitName, oldState, newState, cause, timestamp, report, retryAt } = signal
    const move = `${oldState}->${newState}`
    this.#ledger.add(circuitName, entry(move, timestamp))
    count(this.#moves, circuitName, move)
    const seen = this.#seen.get(circuitName)
    if (!seen) {
      this.#complain(signal, 'of a circuit that is not there')
      return
    }
    if (seen.state !== oldState) this.#complain(signal, `while it was ${seen.state}`)
    const known = cause === 'manual' ? oldState !== newState : legal[cause]?.includes(move)
    if (!known) this.#complain(signal, 'is no legal move')
    if ((cause === 'rule' || cause === 'shadow') && report?.met !== true) {
      this.#complain(signal, 'by a rule that is not met')
    }
    const early = (seen.retryAt ?? 0) - timestamp
    if (cause === 'retry' && early > CLOCKS_APART_MS) this.#complain(signal, `${early} ms early`)
    seen.state = newState
    seen.retryAt = newState === 'open' ? retryAt : undefined
    seen.epoch++
  }

  onCall(event: CallEvent): void {
    const { circuitName, outcome, state, stale } = event
    count(this.#calls, circuitName, outcome)
    const possible =
      outcome === 'rejected'
        ? rejecting.includes(state)
        : state !== 'open' && state !== 'forced_open'
    if (!possible) this.#complain(event, `a call ${outcome} in ${state}`)
    if (state === 'disabled' && !stale) this.#complain(event, 'a call told of in disabled')
  }

  /** The epoch of a circuit while it is disabled: its calls are told to nobody. */
  disabledEpoch(circuitName: string): number | undefined {
    const seen = this.#seen.get(circuitName)
    return seen?.state === 'disabled' ? seen.epoch : undefined
  }

  get testimony(): Testimony {
    return {
      accounts: this.#ledger.accounts,
      calls: { ...this.#calls },
      moves: { ...this.#moves },
      wrong: this.#wrong,
      complaints: this.#complaints,
    }
  }

  #complain(what: Signal | CallEvent, why: string): void {
    this.#wrong++
    if (this.#complaints.length < 20) this.#complaints.push(`${why}: ${JSON.stringify(what)}`)
  }
}

function count(counts: Record<string, number>, circuitName: string, what: string): void {
  const key = `${circuitName.replace(/ .*/, '')} ${what}`
  counts[key] = (counts[key] ?? 0) + 1
}
