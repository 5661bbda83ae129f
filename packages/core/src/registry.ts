import { type BreakerOptions, resolveOptions } from './breaker-options.ts'
import { CircuitBreaker } from './circuit-breaker.ts'
import { tellError } from './error-handler.ts'
import { check, checkCount, checkFunction, checkOptions } from './validation.ts'

/** Options of a {@link CircuitRegistry}. */
export interface RegistryOptions {
  /** Options of every circuit it makes. */
  readonly defaults?: Omit<BreakerOptions, 'name'>
  /** Circuits to hold before idle ones are evicted, whole number of at least 1, default 1,000. */
  readonly maxSize?: number
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
  #listeners: readonly RegistryListener[] = []

  constructor(options: RegistryOptions = {}) {
    checkOptions('CircuitRegistry', options, ['defaults', 'maxSize'])
    const { defaults = {}, maxSize = 1_000 } = options
    checkCount('CircuitRegistry: maxSize', maxSize)
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
   * Makes a circuit with options of its own on top of the defaults.
   *
   * @throws RangeError when the name exists; TypeError or RangeError when an option is wrong
   */
  define(name: string, options: Omit<BreakerOptions, 'name'> = {}): CircuitBreaker {
    check(!this.has(name), 'define: name', 'one that the registry does not have yet', name, true)
    return this.#add(name, options)
  }

  /** Removes a circuit and detaches its listeners; false when there is none. */
  delete(name: string): boolean {
    const circuit = this.#circuits.get(name)
    if (circuit === undefined) return false
    this.#circuits.delete(name)
    this.#tell((listener) => listener.onRemove?.(circuit), name)
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
   */
  subscribe(listener: RegistryListener): () => void {
    for (const key of ['onAdd', 'onRemove'] as const) {
      if (listener[key] !== undefined) checkFunction(`subscribe: ${key}`, listener[key])
    }
    const entry: RegistryListener = {
      onAdd: (c) => listener.onAdd?.(c),
      onRemove: (c) => listener.onRemove?.(c),
    }
    this.#listeners = [...this.#listeners, entry]
    return () => {
      this.#listeners = this.#listeners.filter((other) => other !== entry)
    }
  }

  #add(name: string, options: Omit<BreakerOptions, 'name'>): CircuitBreaker {
    const circuit = new CircuitBreaker({ ...this.#defaults, ...options, name })
    this.#circuits.set(name, circuit)
    this.#tell((listener) => listener.onAdd?.(circuit), name)
    this.#evict(circuit)
    return circuit
  }

  #evict(newest: CircuitBreaker): void {
    if (this.size <= this.#maxSize) return
    for (const circuit of this.#circuits.values()) {
      if (circuit !== newest && circuit.state === 'closed' && circuit.inFlight === 0) {
        this.delete(circuit.name)
        return
      }
    }
  }

  #tell(tell: (listener: RegistryListener) => void, name: string): void {
    for (const listener of this.#listeners) {
      try {
        tell(listener)
      } catch (error) {
        tellError(error, 'listener', name, this.#defaults.onError)
      }
    }
  }
}
