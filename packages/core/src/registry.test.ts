import { describe, expect, test } from 'vitest'
import type { CircuitBreaker } from './circuit-breaker.ts'
import { cooldown } from './policies/retries.ts'
import { failureStreak } from './policies/trippers.ts'
import { CircuitRegistry, type RegistryOptions } from './registry.ts'
import { ManualClock } from './testing/manual-clock.ts'

const namesOf = (circuits: CircuitRegistry) => [...circuits].map(({ name }) => name)

/** A registry with circuits of these names, and a record of its events. */
function registry(options: RegistryOptions, ...names: string[]) {
  const circuits = new CircuitRegistry(options)
  const events: string[] = []
  circuits.subscribe({
    onAdd: ({ name }) => events.push(`+${name}`),
    onRemove: ({ name }) => events.push(`-${name}`),
  })
  for (const name of names) circuits.get(name)
  return { circuits, events }
}

describe('define', () => {
  test('keeps the existing circuit when it throws for its name', () => {
    const { circuits, events } = registry({}, 'api')
    const circuit = circuits.get('api')
    expect(() => circuits.define('api', { probes: 9 })).toThrow(RangeError)
    expect(() => circuits.define('api')).toThrow(
      'define: name must be a name that is not in the registry, got "api"',
    )
    expect(circuits.get('api')).toBe(circuit)
    expect(events).toEqual(['+api'])
  })

  test('replaces a default with an option that is undefined', () => {
    const { circuits } = registry({ defaults: { timeoutMs: 5, probes: 7 } })
    const { timeoutMs, probes } = circuits.define('api', { timeoutMs: undefined }).toJSON()
    expect({ timeoutMs, probes }).toEqual({ timeoutMs: undefined, probes: 7 })
  })

  test('adds no circuit when an option is invalid', () => {
    const { circuits, events } = registry({})
    expect(() => circuits.define('api', { probes: 0 })).toThrow('probes')
    expect(circuits.has('api')).toBe(false)
    expect(events).toEqual([])
  })
})

test('delete() leaves the circuit usable', async () => {
  const { circuits, events } = registry({}, 'a')
  const circuit = circuits.get('a')
  circuits.delete('a')
  expect(circuits.delete('unknown')).toBe(false)
  expect(events).toEqual(['+a', '-a'])
  await expect(circuit.call(() => 'still works')).resolves.toBe('still works')
})

describe('iteration', () => {
  test('returns the least recently used circuit first', () => {
    const { circuits } = registry({}, 'a', 'b', 'c')
    circuits.get('a')
    expect(namesOf(circuits)).toEqual(['b', 'c', 'a'])
  })

  test('returns the circuits of its start when others are added and deleted meanwhile', () => {
    const { circuits } = registry({}, 'a', 'b', 'c')
    const seen: string[] = []
    for (const { name } of circuits) {
      seen.push(name)
      circuits.get(`${name}-new`)
      circuits.delete('c')
    }
    expect(seen).toEqual(['a', 'b', 'c'])
    expect(circuits.size).toBe(5)
  })
})

describe('subscribe', () => {
  test('calls onAdd after a circuit was added, and onRemove after it was removed', () => {
    const circuits = new CircuitRegistry()
    const calls: unknown[] = []
    circuits.subscribe({
      onAdd: (circuit) => calls.push('add', circuits.get(circuit.name) === circuit),
      onRemove: (circuit) => calls.push('remove', circuits.has(circuit.name)),
    })
    circuits.define('a')
    circuits.delete('a')
    expect(calls).toEqual(['add', true, 'remove', false])
  })

  test('calls a listener as a method, and unsubscribes each subscription by itself', () => {
    const circuits = new CircuitRegistry()
    class Names {
      readonly seen: string[] = []
      onAdd({ name }: CircuitBreaker): void {
        this.seen.push(name)
      }
    }
    const listener = new Names()
    const unsubscribe = circuits.subscribe(listener)
    circuits.subscribe(listener)
    circuits.get('a')
    unsubscribe()
    unsubscribe()
    circuits.get('b')
    expect(listener.seen).toEqual(['a', 'a', 'b'])
  })

  test('reports an error of a listener with the name of the circuit', () => {
    const contexts: unknown[] = []
    const circuits = new CircuitRegistry({
      defaults: { onError: (_error, context) => contexts.push(context) },
    })
    circuits.subscribe({
      onAdd: () => {
        throw new Error('broken')
      },
    })
    circuits.get('a')
    expect(contexts).toEqual([{ circuitName: 'a', source: 'listener' }])
  })
})

describe('above maxSize', () => {
  test('notifies of the new circuit before the evicted one, whose listeners it unsubscribes', () => {
    let cleanups = 0
    const defaults = { listeners: [{ onAttach: () => () => cleanups++ }] }
    const { circuits, events } = registry({ defaults, maxSize: 1 }, 'a')
    circuits.get('b')
    expect(events).toEqual(['+a', '+b', '-a'])
    expect(cleanups).toBe(1)
  })

  test('evicts defined circuits as well', () => {
    const { circuits } = registry({ maxSize: 2 }, 'a')
    circuits.define('b')
    circuits.define('c')
    expect(namesOf(circuits)).toEqual(['b', 'c'])
  })

  test('grows while every circuit is open, and shrinks when they have closed', () => {
    const clock = new ManualClock()
    const defaults = { tripper: failureStreak(1), retry: cooldown(1_000), probes: 1, clock }
    const { circuits } = registry({ defaults, maxSize: 2 }, 'a', 'b')
    for (const name of ['a', 'b', 'c', 'd', 'e']) {
      circuits.get(name).acquire().failure(new Error('down'))
    }
    expect(namesOf(circuits)).toEqual(['a', 'b', 'c', 'd', 'e'])
    clock.advance(1_000)
    for (const name of ['a', 'b', 'c', 'd']) circuits.get(name).acquire().success()
    circuits.get('f')
    expect(namesOf(circuits)).toEqual(['e', 'f'])
  })
})
