import type { CircuitBreaker, Metrics, Snapshot } from '@fluxgate/core'
import { type CircuitView, viewOf } from './circuit-view.ts'

/** The longest a timer can wait; for later than that it looks again. */
const MAX_TIMER_MS = 2_147_483_647
/** How soon to look again when a circuit whose time has come is not there yet: clocks differ. */
const AGAIN_MS = 100

/**
 * One circuit for all components that show it: it listens once, and tells them when what they see
 * may have changed. With `throttleMs` it sees metrics too, and shows new ones that often at most.
 */
export class CircuitWatch {
  readonly #circuit: CircuitBreaker
  readonly #throttleMs: number | undefined
  readonly #told = new Set<() => void>()
  #view: CircuitView | undefined
  #sent: CircuitView | undefined
  #pinned: Metrics | undefined
  #leave: (() => void) | undefined
  #leaveCalls: (() => void) | undefined
  #nextPermit: ReturnType<typeof setTimeout> | undefined
  #nextMetrics: ReturnType<typeof setTimeout> | undefined

  constructor(circuit: CircuitBreaker, throttleMs: number | undefined) {
    this.#circuit = circuit
    this.#throttleMs = throttleMs
  }

  readonly subscribe = (changed: () => void): (() => void) => {
    // an object of its own, so that two components with the same function are two
    const told = () => changed()
    this.#told.add(told)
    if (this.#leave === undefined) {
      this.#leave = this.#circuit.subscribe(() => this.#look())
      this.#look()
    }
    return () => {
      this.#told.delete(told)
      if (this.#told.size === 0) this.#stop()
    }
  }

  readonly view = (): CircuitView => {
    const snapshot = this.#circuit.snapshot()
    const metrics = this.#throttleMs === undefined ? undefined : (this.#pinned ?? snapshot.metrics)
    this.#view = viewOf(this.#circuit, snapshot, metrics, this.#view)
    return this.#view
  }

  /** What the server saw, for the render that must match its page; without it, what is here. */
  viewFrom(sent: Snapshot | undefined): CircuitView {
    if (sent === undefined) return this.view()
    const metrics = this.#throttleMs === undefined ? undefined : sent.metrics
    this.#sent = viewOf(this.#circuit, sent, metrics, this.#sent)
    return this.#sent
  }

  #look(): void {
    clearTimeout(this.#nextMetrics)
    this.#nextMetrics = undefined
    const { state, retryAt, permitted, metrics } = this.#circuit.snapshot()
    if (this.#throttleMs !== undefined) this.#pinned = metrics
    // probes come and go without a signal, and with them the room for another one
    if (this.#throttleMs !== undefined || state === 'half_open') this.#listenToCalls()
    else this.#deafen()
    clearTimeout(this.#nextPermit)
    if (retryAt !== undefined && !permitted) {
      const waitMs = Math.min(Math.max(retryAt - Date.now(), AGAIN_MS), MAX_TIMER_MS)
      this.#nextPermit = setTimeout(() => this.#look(), waitMs)
    }
    for (const told of [...this.#told]) told()
  }

  #listenToCalls(): void {
    this.#leaveCalls ??= this.#circuit.subscribe({
      onCall: () => {
        if (this.#throttleMs === undefined) this.#look()
        else this.#nextMetrics ??= setTimeout(() => this.#look(), this.#throttleMs)
      },
    })
  }

  #deafen(): void {
    this.#leaveCalls?.()
    this.#leaveCalls = undefined
  }

  #stop(): void {
    this.#leave?.()
    this.#leave = undefined
    this.#deafen()
    clearTimeout(this.#nextPermit)
    clearTimeout(this.#nextMetrics)
    this.#nextMetrics = undefined
    this.#pinned = undefined
  }
}

const watches = new WeakMap<CircuitBreaker, Map<number | undefined, CircuitWatch>>()

/** The one watch that all components with these wishes share. */
export function watchOf(circuit: CircuitBreaker, throttleMs?: number): CircuitWatch {
  let own = watches.get(circuit)
  if (own === undefined) {
    own = new Map()
    watches.set(circuit, own)
  }
  let watch = own.get(throttleMs)
  if (watch === undefined) {
    watch = new CircuitWatch(circuit, throttleMs)
    own.set(throttleMs, watch)
  }
  return watch
}
