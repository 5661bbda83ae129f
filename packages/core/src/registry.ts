import { CircuitBreaker } from './circuit-breaker.ts'
import { type BreakerOptions, resolveOptions } from './engine/breaker-options.ts'
import { CircuitController } from './engine/circuit-controller.ts'
import { EvictionQueue, Usage } from './engine/eviction-queue.ts'
import { checkInitial } from './engine/initial-state-checks.ts'
import { restore } from './engine/manual-transitions.ts'
import { reportError, runSafely } from './internal/error-handler.ts'
import { isObject } from './internal/is-object.ts'
import { rejectPromise } from './internal/policy-result.ts'
import {
  check,
  checkCount,
  checkEach,
  checkFunction,
  checkObject,
  checkOptions,
  checkText,
} from './internal/validation.ts'
import type { Snapshot } from './model/snapshot.ts'

/** Options of a circuit in a registry, which names it. */
export type CircuitOptions = Omit<BreakerOptions, 'name'>

/** Options of a {@link CircuitRegistry}. */
export interface RegistryOptions {
  /** Options of each circuit that the registry makes, or a function that returns them for a name. */
  readonly defaults?: CircuitOptions | ((name: string) => CircuitOptions | undefined) | undefined
  /** Number of circuits above which the registry evicts some; at least 1, default 1,000. */
  readonly maxSize?: number | undefined
}

/** A listener object. All callbacks are optional. */
export interface RegistryListener {
  /** Called when a circuit was added. */
  onAdd?(circuit: CircuitBreaker): void
  /** Called when a circuit was deleted or evicted. */
  onRemove?(circuit: CircuitBreaker): void
}

interface Entry {
  readonly circuit: CircuitBreaker
  readonly usage: Usage
}

/**
 * Circuits by name, for example one for each host, tenant or queue.
 *
 * Above `maxSize` the registry evicts circuits of {@link get}, the least recently called first, in
 * this order:
 *
 * 1. idle closed circuits without failures in their window,
 * 2. other idle closed circuits,
 * 3. open circuits whose `retryAt` passed as long ago as it was ahead when they opened,
 * 4. half-open circuits without a call for the time of a probe's lease.
 *
 * A circuit is idle when it has no call in flight, or no new call for `probeLeaseMs` or the longer
 * `timeoutMs`. A call that reads no clock counts as new when the registry next looks for a circuit to
 * evict. A circuit in the state of its option `initial`, `metrics_only` or `disabled`, counts
 * as closed. Other circuits, and those of {@link define}, are kept: while only such circuits exist, the
 * registry grows beyond `maxSize`, and `onError` is called once with the source `'registry'`.
 *
 * @throws TypeError or RangeError when an option is invalid
 * @example
 * const circuits = new CircuitRegistry({ defaults: { timeoutMs: 2_000 } })
 * await circuits.get(host).call(() => fetch(url))
 */
export class CircuitRegistry implements Iterable<CircuitBreaker> {
  readonly #defaultsOf: (name: string) => CircuitOptions | undefined
  readonly #maxSize: number
  readonly #entries = new Map<string, Entry>()
  readonly #queue = new EvictionQueue()
  /** What {@link restore} keeps for circuits that do not exist yet. */
  readonly #snapshots = new Map<string, Snapshot>()
  #subscriptions: readonly { readonly listener: RegistryListener }[] = []
  #reportedSize = false

  constructor(options: RegistryOptions = {}) {
    checkOptions('CircuitRegistry', options, { defaults: checkDefaults, maxSize: checkCount })
    const { defaults = {}, maxSize = 1_000 } = options
    if (typeof defaults === 'function') {
      this.#defaultsOf = defaults
    } else {
      resolveOptions({ ...defaults, name: 'defaults' }) // throws here, not at the first get()
      this.#defaultsOf = () => defaults
    }
    this.#maxSize = maxSize
  }

  /**
   * Returns the circuit of that name. If it does not exist, makes it from the defaults and `options`,
   * where an option that is `undefined` replaces the one in `defaults`.
   *
   * `options` have no effect on a circuit that exists. The circuit can be evicted, and is then made
   * anew by the next `get`: pass the same options each time.
   *
   * @throws TypeError or RangeError when it makes the circuit and an option is invalid
   */
  get(name: string, options: CircuitOptions = {}): CircuitBreaker {
    return this.#entries.get(name)?.circuit ?? this.#add('get', name, options, false)
  }

  has(name: string): boolean {
    return this.#entries.has(name)
  }

  /**
   * Makes a circuit from the defaults and options of its own, as {@link get} does, and never evicts it.
   *
   * @throws RangeError when the name exists; TypeError or RangeError when an option is invalid
   */
  define(name: string, options: CircuitOptions = {}): CircuitBreaker {
    check(!this.has(name), 'define: name', 'a name that is not in the registry', name, true)
    return this.#add('define', name, options, true)
  }

  /** Removes a circuit and unsubscribes its listeners. Returns false for an unknown name. */
  delete(name: string): boolean {
    const entry = this.#entries.get(name)
    if (entry === undefined) return false
    const { circuit, usage } = entry
    this.#entries.delete(name)
    usage.remove()
    this.#notify('onRemove', entry)
    circuit.dispose()
    return true
  }

  /** Removes all circuits, as {@link delete} does, and the snapshots that {@link restore} keeps. */
  clear(): void {
    this.#snapshots.clear()
    for (const name of [...this.#entries.keys()]) this.delete(name)
  }

  /**
   * Continues from snapshots that an earlier process took: circuits that exist at once, others when
   * they are made. An open circuit keeps the rest of its time. Emits no signal, but
   * notifies the subscribers of `watchCircuit`.
   *
   * @throws TypeError or RangeError when a snapshot is invalid; then none of them has an effect
   * @example
   * const saved = JSON.stringify([...circuits].map((circuit) => circuit.snapshot()))
   * circuits.restore(JSON.parse(saved)) // after the restart
   */
  restore(snapshots: Iterable<Snapshot>): void {
    const iterable = typeof Object(snapshots)[Symbol.iterator] === 'function'
    check(iterable, 'restore: snapshots', 'iterable', snapshots)
    const all = [...snapshots]
    for (const snapshot of all) {
      checkInitial('restore: snapshot', snapshot)
      checkText('restore: name', snapshot.name)
    }
    for (const snapshot of all) {
      const entry = this.#entries.get(snapshot.name)
      if (entry === undefined) this.#snapshots.set(snapshot.name, { ...snapshot })
      else restore(entry.usage.circuit, snapshot)
    }
  }

  get size(): number {
    return this.#entries.size
  }

  /** Iterates over the circuits that exist now, in the order in which they were added. */
  [Symbol.iterator](): IterableIterator<CircuitBreaker> {
    // a copy, or a loop that adds a circuit for each one would never finish
    return Array.from(this.#entries.values(), ({ circuit }) => circuit).values()
  }

  /**
   * Calls the listener for each circuit that is added or removed from now on.
   *
   * @returns a function that unsubscribes
   * @throws TypeError when the listener is not an object, or a callback is not a function
   */
  subscribe(listener: RegistryListener): () => void {
    checkObject('subscribe: listener', listener)
    checkEach('subscribe', listener, { onAdd: checkFunction, onRemove: checkFunction })
    // a new object, because the same listener can be subscribed twice
    const subscription = { listener }
    this.#subscriptions = [...this.#subscriptions, subscription]
    return () => {
      this.#subscriptions = this.#subscriptions.filter((other) => other !== subscription)
    }
  }

  /** Keeps Vue from making a registry reactive: private members do not work through a proxy. */
  get __v_skip(): true {
    return true
  }

  #add(method: string, name: string, options: CircuitOptions, pinned: boolean): CircuitBreaker {
    checkObject(`${method}: options`, options)
    const defaults = this.#defaultsOf(name) ?? {}
    checkObject('CircuitRegistry: what defaults returns', defaults)
    rejectPromise('CircuitRegistry: defaults', 'an object', defaults)
    const ofCircuit = { ...defaults, ...options, name }
    const controller = new CircuitController(resolveOptions(ofCircuit))
    controller.defined = pinned
    const snapshot = this.#snapshots.get(name)
    if (snapshot !== undefined) restore(controller, snapshot)
    this.#snapshots.delete(name)
    const circuit = new CircuitBreaker(ofCircuit, controller)
    const usage = new Usage(controller, this.#queue, pinned)
    const entry = { circuit, usage }
    this.#entries.set(name, entry)
    this.#notify('onAdd', entry)
    this.#evict(usage)
    this.#queue.add(usage, this.size)
    return circuit
  }

  #evict(newest: Usage): void {
    while (this.size > this.#maxSize) {
      const usage = this.#queue.take(this.#usages(), this.size, newest)
      if (usage === undefined) {
        this.#reportSize(newest)
        return
      }
      this.delete(usage.circuit.options.name)
    }
  }

  *#usages(): Iterable<Usage> {
    for (const { usage } of this.#entries.values()) yield usage
  }

  #reportSize({ circuit }: Usage): void {
    if (this.#reportedSize) return
    this.#reportedSize = true
    const why = `maxSize is ${this.#maxSize}, but no other of ${this.size} circuits may be evicted`
    reportError(circuit.options, new Error(`CircuitRegistry: ${why}`), 'registry')
  }

  #notify(callback: keyof RegistryListener, { circuit, usage }: Entry): void {
    const report = (error: unknown) => reportError(usage.circuit.options, error, 'listener')
    for (const { listener } of this.#subscriptions)
      runSafely(() => listener[callback]?.(circuit), report)
  }
}

function checkDefaults(option: string, value: unknown): void {
  check(isObject(value), option, 'an object or a function', value)
}
