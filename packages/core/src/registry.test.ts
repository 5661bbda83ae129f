import { describe, expect, test } from 'vitest'
import type { CircuitBreaker } from './circuit-breaker.ts'
import { cooldown, retryAlways } from './policies/retries.ts'
import { failureStreak } from './policies/trippers.ts'
import { CircuitRegistry, type RegistryOptions } from './registry.ts'
import { ManualClock } from './testing/manual-clock.ts'
import { countWindow } from './windows/count-window.ts'

const names = (circuits: CircuitRegistry) => [...circuits].map(({ name }) => name)

/** A registry with that many circuits, and what it told of them. */
function registry(options: RegistryOptions, ...defined: string[]) {
  const circuits = new CircuitRegistry(options)
  const told: string[] = []
  circuits.subscribe({
    onAdd: ({ name }) => told.push(`+${name}`),
    onRemove: ({ name }) => told.push(`-${name}`),
  })
  for (const name of defined) circuits.get(name)
  return { circuits, told }
}

describe('get', () => {
  test('makes a circuit from the defaults, once', () => {
    const circuits = new CircuitRegistry({
      defaults: { window: countWindow(7), timeoutMs: 50, tripper: failureStreak(2) },
    })
    const circuit = circuits.get('api')
    expect(circuit.name).toBe('api')
    expect(circuit.toJSON()).toMatchObject({ window: { args: [7] }, timeoutMs: 50 })
    expect(circuits.get('api')).toBe(circuit)
    expect(circuits.size).toBe(1)
  })

  test('takes any name for what it is, also one that objects have already', () => {
    const { circuits } = registry({}, '__proto__', 'constructor', 'toString')
    expect(circuits.size).toBe(3)
    expect(circuits.has('hasOwnProperty')).toBe(false)
    expect(() => circuits.get('')).toThrow('CircuitBreaker: name')
    expect(circuits.size).toBe(3)
  })
})

describe('define', () => {
  test('makes a circuit with options of its own on top of the defaults', () => {
    const circuits = new CircuitRegistry({ defaults: { probes: 5, timeoutMs: 50 } })
    const circuit = circuits.define('slow', { timeoutMs: 5_000 })
    expect(circuit.toJSON()).toMatchObject({ name: 'slow', probes: 5, timeoutMs: 5_000 })
    expect(circuits.get('slow')).toBe(circuit)
  })

  test('throws when the name exists, and leaves that circuit alone', () => {
    const { circuits, told } = registry({}, 'api')
    const circuit = circuits.get('api')
    expect(() => circuits.define('api', { probes: 9 })).toThrow(RangeError)
    expect(() => circuits.define('api')).toThrow('got "api"')
    expect(circuits.get('api')).toBe(circuit)
    expect(told).toEqual(['+api'])
  })

  test('an option that is undefined is none, and not that of the defaults', () => {
    const { circuits } = registry({ defaults: { timeoutMs: 5, probes: 7 } })
    const { timeoutMs, probes } = circuits.define('api', { timeoutMs: undefined }).toJSON()
    expect({ timeoutMs, probes }).toEqual({ timeoutMs: undefined, probes: 7 })
  })

  test('adds nothing when an option is wrong', () => {
    const { circuits, told } = registry({})
    expect(() => circuits.define('api', { probes: 0 })).toThrow('probes')
    expect(circuits.has('api')).toBe(false)
    expect(told).toEqual([])
  })
})

describe('delete', () => {
  test('removes a circuit and detaches its listeners', () => {
    let left = 0
    const { circuits, told } = registry(
      { defaults: { listeners: [{ onAttach: () => () => left++ }] } },
      'a',
      'b',
    )
    const circuit = circuits.get('a')
    expect(circuits.delete('a')).toBe(true)
    expect(circuits.delete('a')).toBe(false)
    expect(circuits.delete('never')).toBe(false)
    expect(left).toBe(1)
    expect(names(circuits)).toEqual(['b'])
    expect(told).toEqual(['+a', '+b', '-a'])
    expect(circuits.get('a')).not.toBe(circuit)
  })

  test('leaves a circuit that somebody holds working', async () => {
    const { circuits } = registry({}, 'a')
    const circuit = circuits.get('a')
    circuits.delete('a')
    await expect(circuit.call(() => 'still here')).resolves.toBe('still here')
  })
})

describe('iteration', () => {
  test('goes through every circuit, least recently used first', () => {
    const { circuits } = registry({}, 'a', 'b', 'c')
    circuits.get('a')
    expect(names(circuits)).toEqual(['b', 'c', 'a'])
  })

  test('is not disturbed by get, define or delete on the way', () => {
    const { circuits } = registry({}, 'a', 'b', 'c')
    const seen: string[] = []
    for (const { name } of circuits) {
      seen.push(name)
      circuits.get(name)
      circuits.get(`${name}-new`)
      circuits.delete('c')
    }
    expect(seen).toEqual(['a', 'b', 'c'])
    expect(circuits.size).toBe(5)
  })
})

describe('subscribe', () => {
  test('tells of circuits that come, once they are there, and of those that go, once they are gone', () => {
    const circuits = new CircuitRegistry()
    const told: unknown[] = []
    circuits.subscribe({
      onAdd: (circuit) => told.push('add', circuits.get(circuit.name) === circuit),
      onRemove: (circuit) => told.push('remove', circuits.has(circuit.name)),
    })
    circuits.define('a')
    circuits.delete('a')
    expect(told).toEqual(['add', true, 'remove', false])
  })

  test('takes a listener with one ear, and returns its undo', () => {
    const circuits = new CircuitRegistry()
    const told: CircuitBreaker[] = []
    const undo = circuits.subscribe({ onRemove: (circuit) => void told.push(circuit) })
    const a = circuits.get('a')
    circuits.get('b')
    circuits.delete('a')
    undo()
    undo()
    circuits.delete('b')
    expect(told).toEqual([a])
  })

  test('keeps the this of a listener, and two joins of one listener apart', () => {
    const circuits = new CircuitRegistry()
    class Names {
      readonly seen: string[] = []
      onAdd({ name }: CircuitBreaker): void {
        this.seen.push(name)
      }
    }
    const listener = new Names()
    const undo = circuits.subscribe(listener)
    circuits.subscribe(listener)
    circuits.get('a')
    undo()
    circuits.get('b')
    expect(listener.seen).toEqual(['a', 'a', 'b'])
  })

  test('survives a listener that throws or rejects, and tells onError', async () => {
    const errors: unknown[] = []
    const circuits = new CircuitRegistry({
      defaults: { onError: (error, context) => errors.push(error, context) },
    })
    const broken = new Error('broken')
    circuits.subscribe({
      onAdd: () => {
        throw broken
      },
    })
    circuits.subscribe({ onAdd: () => Promise.reject(broken) })
    let told = 0
    circuits.subscribe({ onAdd: () => told++ })
    expect(circuits.get('a').name).toBe('a')
    expect(told).toBe(1)
    await Promise.resolve()
    const context = { circuitName: 'a', source: 'listener' }
    expect(errors).toEqual([broken, context, broken, context])
  })
})

describe('over maxSize', () => {
  test('evicts the least recently used circuit, and detaches it', () => {
    let left = 0
    const defaults = { listeners: [{ onAttach: () => () => left++ }] }
    const { circuits, told } = registry({ defaults, maxSize: 3 }, 'a', 'b', 'c')
    circuits.get('a')
    circuits.get('d')
    expect(names(circuits)).toEqual(['c', 'a', 'd'])
    expect(told.slice(3)).toEqual(['+d', '-b'])
    expect(left).toBe(1)
  })

  test('counts what was defined like what was made', () => {
    const { circuits } = registry({ maxSize: 2 }, 'a')
    circuits.define('b')
    circuits.define('c')
    expect(names(circuits)).toEqual(['b', 'c'])
  })

  test('holds a thousand unless told otherwise', () => {
    const circuits = new CircuitRegistry()
    for (let i = 0; i <= 1_000; i++) circuits.get(`host-${i}`)
    expect(circuits.size).toBe(1_000)
    expect(circuits.has('host-0')).toBe(false)
    expect(circuits.has('host-1')).toBe(true)
  })

  test.each<[string, (circuit: CircuitBreaker) => void]>([
    ['open', (circuit) => circuit.trip()],
    ['forced open', (circuit) => circuit.forceOpen()],
    ['disabled', (circuit) => circuit.disable()],
    ['in metrics_only', (circuit) => circuit.metricsOnly()],
    [
      'half-open',
      (circuit) => {
        circuit.trip()
        circuit.acquire().release()
      },
    ],
    ['closed with a call in flight', (circuit) => circuit.acquire()],
  ])('never evicts a circuit that is %s', (_name, move) => {
    const { circuits } = registry(
      { defaults: { retry: retryAlways() }, maxSize: 2 },
      'kept',
      'idle',
    )
    move(circuits.get('kept'))
    circuits.get('idle')
    circuits.get('new')
    expect(names(circuits)).toEqual(['kept', 'new'])
  })

  test('grows while none can go, and shrinks back when they can', () => {
    const clock = new ManualClock()
    const { circuits } = registry(
      {
        defaults: { tripper: failureStreak(1), retry: cooldown(1_000), probes: 1, clock },
        maxSize: 2,
      },
      'a',
      'b',
    )
    for (const name of ['a', 'b', 'c', 'd', 'e'])
      circuits.get(name).acquire().failure(new Error('x'))
    expect(names(circuits)).toEqual(['a', 'b', 'c', 'd', 'e'])
    clock.advance(1_000)
    for (const name of ['a', 'b', 'c', 'd']) circuits.get(name).acquire().success()
    circuits.get('f')
    expect(names(circuits)).toEqual(['e', 'f'])
  })

  test('does not evict the circuit that it was asked for', () => {
    const { circuits } = registry({ maxSize: 1 }, 'busy')
    circuits.get('busy').acquire()
    const circuit = circuits.get('new')
    expect(circuits.get('new')).toBe(circuit)
    expect(circuits.size).toBe(2)
  })
})
