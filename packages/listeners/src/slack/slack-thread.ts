import type { CircuitHandle, Signal, State } from '@fluxgate/core'
import type { Timer } from './unref-timers.ts'

/** Where a message goes: to the channel, or into a thread and, with `broadcast`, to both. */
export interface MessageTarget {
  readonly threadTs: string | undefined
  readonly broadcast: boolean
}

/** A message that Slack has accepted. */
export interface PostedMessage {
  readonly ts: string | undefined
  /** False when it went to the channel, also because Slack refused the reply. */
  readonly isReply: boolean
}

/** At most this many signals of a circuit wait for a message; then the oldest is dropped. */
const MAX_PENDING = 1_000

/** The time between two messages about a circuit, at first. */
const MIN_INTERVAL_MS = 1_000

/** The time between two messages about a circuit that keeps changing its state. */
const MAX_INTERVAL_MS = 30_000

/** How a state changes the failure cycle. A record, so that a new state is a type error here. */
const CYCLE: Readonly<Record<State, 'begins' | 'continues' | 'ends'>> = {
  closed: 'ends',
  open: 'begins',
  half_open: 'continues',
  metrics_only: 'ends',
  disabled: 'ends',
  forced_open: 'begins',
}

/**
 * The signals of one circuit that wait for a message, and the thread that the message belongs to.
 *
 * Each failure cycle is a thread. When a cycle ends and another begins within one message, the thread
 * continues. A circuit that changes its state faster than its messages gets them at growing intervals.
 */
export class SlackThread {
  /** Undefined when the listener is called without being attached to a circuit. */
  readonly circuit: CircuitHandle | undefined
  /** True for an interval after each message. Signals wait meanwhile. */
  throttled = false
  /** Ends the interval. */
  throttleTimer: Timer | undefined
  #pending: Signal[] = []
  #failing = false
  #threadTs: string | undefined
  #intervalMs = MIN_INTERVAL_MS
  /** A pending signal came while the thread was throttled. */
  #waited = false

  constructor(circuit?: CircuitHandle) {
    this.circuit = circuit
  }

  push(signal: Signal): void {
    if (this.#pending.push(signal) > MAX_PENDING) this.#pending.shift()
    if (this.throttled) this.#waited = true
  }

  /** Removes the pending signals, oldest first, and returns them with the target of their message. */
  take(): { readonly signals: readonly Signal[]; readonly target: MessageTarget } {
    const signals = this.#pending
    this.#pending = []
    const threadTs = this.#threadTs
    let broadcast = false
    for (const { newState } of signals) {
      const change = CYCLE[newState]
      if (change !== 'continues') this.#failing = change === 'begins'
      if (newState === 'closed') broadcast = true
    }
    if (!this.#failing) this.#threadTs = undefined
    return { signals, target: { threadTs, broadcast } }
  }

  /** Must be called when the message of {@link take} was posted. */
  posted({ ts, isReply }: PostedMessage): void {
    if (this.#failing && (!isReply || this.#threadTs === undefined)) this.#threadTs = ts
  }

  /** The interval after a message. It grows when signals arrived during the last interval. */
  nextIntervalMs(): number {
    const longer = Math.min(MAX_INTERVAL_MS, this.#intervalMs * 4)
    this.#intervalMs = this.#waited ? longer : MIN_INTERVAL_MS
    this.#waited = false
    return this.#intervalMs
  }

  /** Signals that are posted by `flush()` do not count as waiting. */
  resetWaited(): void {
    this.#waited = false
  }
}
