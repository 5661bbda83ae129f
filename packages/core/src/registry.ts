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
  /** Options of every circuit it makes. */
  readonly defaults?: Omit<BreakerOptions, 'name'> | undefined
  /** Circuits to hold before idle ones are evicted, whole number of at least 1, default 1,000. */
  readonly maxSize?: number | undefined
}

/** Is told of circuits that come and go. */
export interface RegistryListener {
  onAdd?(circuit: CircuitBreaker): void
  onRemove?(circuit: CircuitBreaker): void
}

/**
 * Circuits by name, made when first asked for: one per host, per tenant, per queue.
 *
 * Over `maxSize` the least recently used circuit that is closed and has no call in flight is
 * evicted. One that is not closed never is, so the registry can grow beyond `maxSize` while more
 * circuits than that are in trouble.
 *
 * @throws TypeError or RangeError when an option is wrong
 * @example
 * const circuits = new CircuitRegistry({ defaults: { timeoutMs: 2_000 } })
 * await circuits.get(host).call(() => fetch(url))
 */
export class CircuitRegistry implements Iterable<CircuitBreaker> {
  readonly #defaults: Omit<BreakerOptions, 'name'>
  readonly #maxSize: number
  // in the order of use, least recent first
  readonly #circuits = new Map<string, CircuitBreaker>()
  #entries: readonly { readonly listener: RegistryListener }[] = []

  constructor(options: RegistryOptions = {}) {
    checkOptions('CircuitRegistry', options, { defaults: checkObject, maxSize: checkCount })
    const { defaults = {}, maxSize = 1_000 } = options
    resolveOptions({ ...defaults, name: 'defaults' }) // throws now, not at the first get
    this.#defaults = defaults
    this.#maxSize = maxSize
  }

  /** The circuit of that name, made from the defaults when there is none. */
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
   * Makes a circuit with options of its own on top of the defaults. One that is undefined is what a
   * breaker has without it, whatever the defaults say: `timeoutMs: undefined` is no time limit.
   *
   * @throws RangeError when the name exists; TypeError or RangeError when an option is wrong
   */
  define(name: string, options: Omit<BreakerOptions, 'name'> = {}): CircuitBreaker {
    check(!this.has(name), 'define: name', 'one that the registry does not have yet', name, true)
    checkObject('define: options', options)
    return this.#add(name, options)
  }

  /** Removes a circuit and detaches its listeners; false when there is none. */
  delete(name: string): boolean {
    const circuit = this.#circuits.get(name)
    if (circuit === undefined) return false
    this.#circuits.delete(name)
    this.#tell('onRemove', circuit)
    circuit.dispose()
    return true
  }

  get size(): number {
    return this.#circuits.size
  }

  [Symbol.iterator](): IterableIterator<CircuitBreaker> {
    // a copy: `get` within the loop changes the order, which would make it endless
    return [...this.#circuits.values()].values()
  }

  /**
   * Tells of circuits that come and go from now on.
   *
   * @returns its undo
   * @throws TypeError when the listener is no object, or one of its ears no function
   */
  subscribe(listener: RegistryListener): () => void {
    checkObject('subscribe: listener', listener)
    checkEach('subscribe', listener, { onAdd: checkFunction, onRemove: checkFunction })
    const entry = { listener } // an object of its own, so that each undo undoes its own join
    this.#entries = [...this.#entries, entry]
    return () => {
      this.#entries = this.#entries.filter((other) => other !== entry)
    }
  }

  #add(name: string, options: Omit<BreakerOptions, 'name'>): CircuitBreaker {
    const circuit = new CircuitBreaker({ ...this.#defaults, ...options, name })
    this.#circuits.set(name, circuit)
    this.#tell('onAdd', circuit)
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

  #tell(ear: keyof RegistryListener, circuit: CircuitBreaker): void {
    const report = (error: unknown) =>
      reportError(error, 'listener', circuit.name, this.#defaults.onError)
    for (const { listener } of this.#entries) runSafely(() => listener[ear]?.(circuit), report)
  }
}
