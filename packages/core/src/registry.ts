import { CircuitBreaker } from './circuit-breaker.ts'
import { type BreakerOptions, resolveOptions } from './engine/breaker-options.ts'
import { reportError, runSafely } from './internal/error-handler.ts'
import {
  check,
  checkCount,
  checkEach,
  checkFunction,
  checkObject,
  checkOptions,
} from './internal/validation.ts'

/** Options of a {@link CircuitRegistry}. */
export interface RegistryOptions {
  /** Options of each circuit that the registry makes. */
  readonly defaults?: Omit<BreakerOptions, 'name'> | undefined
  /** Number of circuits above which idle ones are evicted; at least 1, default 1,000. */
  readonly maxSize?: number | undefined
}

/** A listener object. All callbacks are optional. */
export interface RegistryListener {
  /** Called when a circuit was added. */
  onAdd?(circuit: CircuitBreaker): void
  /** Called when a circuit was deleted or evicted. */
  onRemove?(circuit: CircuitBreaker): void
}

/**
 * Circuits by name, for example one for each host, tenant or queue.
 *
 * Above `maxSize` the registry evicts the least recently used circuit that is closed and has no call
 * in flight. It never evicts a circuit in another state. While too many circuits cannot be evicted,
 * it grows beyond `maxSize`.
 *
 * @throws TypeError or RangeError when an option is invalid
 * @example
 * const circuits = new CircuitRegistry({ defaults: { timeoutMs: 2_000 } })
 * await circuits.get(host).call(() => fetch(url))
 */
export class CircuitRegistry implements Iterable<CircuitBreaker> {
  readonly #defaults: Omit<BreakerOptions, 'name'>
  readonly #maxSize: number
  // least recently used first
  readonly #circuits = new Map<string, CircuitBreaker>()
  #subscriptions: readonly { readonly listener: RegistryListener }[] = []

  constructor(options: RegistryOptions = {}) {
    checkOptions('CircuitRegistry', options, { defaults: checkObject, maxSize: checkCount })
    const { defaults = {}, maxSize = 1_000 } = options
    resolveOptions({ ...defaults, name: 'defaults' }) // throws here, not at the first get()
    this.#defaults = defaults
    this.#maxSize = maxSize
  }

  /** Returns the circuit of that name. Makes it from the defaults if it does not exist. */
  get(name: string): CircuitBreaker {
    const circuit = this.#circuits.get(name)
    if (circuit === undefined) return this.#add(name, {})
    this.#circuits.delete(name)
    this.#circuits.set(name, circuit)
    return circuit
  }

  has(name: string): boolean {
    return this.#circuits.has(name)
  }

  /**
   * Makes a circuit from the defaults and options of its own. An option that is `undefined` replaces
   * the one in `defaults`: `timeoutMs: undefined` makes a circuit without a timeout.
   *
   * @throws RangeError when the name exists; TypeError or RangeError when an option is invalid
   */
  define(name: string, options: Omit<BreakerOptions, 'name'> = {}): CircuitBreaker {
    check(!this.has(name), 'define: name', 'a name that is not in the registry', name, true)
    checkObject('define: options', options)
    return this.#add(name, options)
  }

  /** Removes a circuit and unsubscribes its listeners. Returns false for an unknown name. */
  delete(name: string): boolean {
    const circuit = this.#circuits.get(name)
    if (circuit === undefined) return false
    this.#circuits.delete(name)
    this.#notify('onRemove', circuit)
    circuit.dispose()
    return true
  }

  get size(): number {
    return this.#circuits.size
  }

  [Symbol.iterator](): IterableIterator<CircuitBreaker> {
    // A copy, because get() moves a circuit to the end, and the loop would never finish.
    return [...this.#circuits.values()].values()
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

  #add(name: string, options: Omit<BreakerOptions, 'name'>): CircuitBreaker {
    const circuit = new CircuitBreaker({ ...this.#defaults, ...options, name })
    this.#circuits.set(name, circuit)
    this.#notify('onAdd', circuit)
    this.#evict(circuit)
    return circuit
  }

  #evict(newest: CircuitBreaker): void {
    for (const circuit of this.#circuits.values()) {
      if (this.size <= this.#maxSize) return
      if (circuit !== newest && circuit.state === 'closed' && circuit.inFlight === 0) {
        this.delete(circuit.name)
      }
    }
  }

  #notify(callback: keyof RegistryListener, circuit: CircuitBreaker): void {
    const report = (error: unknown) =>
      reportError(error, 'listener', circuit.name, this.#defaults.onError)
    for (const { listener } of this.#subscriptions)
      runSafely(() => listener[callback]?.(circuit), report)
  }
}
