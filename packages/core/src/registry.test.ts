import { describe, expect, test } from 'vitest'
import type { CircuitBreaker } from './circuit-breaker.ts'
import { quote } from './internal/validation.ts'
import { CircuitRegistry, type RegistryOptions } from './registry.ts'

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

describe('defaults as a function', () => {
  test('receives the name once for each circuit that is made', () => {
    const names: string[] = []
    const { circuits } = registry({
      defaults: (name) => {
        names.push(name)
        return name === 'slow' ? { probes: 5, timeoutMs: 9 } : undefined
      },
    })
    expect(circuits.get('slow').toJSON()).toMatchObject({ probes: 5, timeoutMs: 9 })
    expect(circuits.define('other', { probes: 2 }).toJSON().probes).toBe(2)
    expect(circuits.get('slow', { probes: 1 }).toJSON().probes).toBe(5)
    expect(names).toEqual(['slow', 'other'])
  })

  test('adds no circuit when it throws or returns invalid options', () => {
    const results: (() => object)[] = [
      () => {
        throw new Error('no options')
      },
      () => 'none' as never,
      async () => ({ probes: 7 }),
      () => ({ probes: 0 }),
    ]
    const { circuits } = registry({ defaults: () => results.shift()?.() })
    expect(() => circuits.get('a')).toThrow('no options')
    expect(() => circuits.get('a')).toThrow(
      'CircuitRegistry: what defaults returns must be an object, got "none"',
    )
    expect(() => circuits.get('a')).toThrow(
      'CircuitRegistry: defaults must return an object, not a promise',
    )
    expect(() => circuits.get('a')).toThrow('probes')
    expect(circuits.size).toBe(0)
  })
})

test.each([5, null, 'options'])('throws for the defaults %j', (defaults) => {
  expect(() => new CircuitRegistry({ defaults: defaults as never })).toThrow(
    `CircuitRegistry: defaults must be an object or a function, got ${JSON.stringify(defaults)}`,
  )
})

test('clear() removes every circuit, and their names can be defined again', () => {
  const { circuits, events } = registry({}, 'a')
  circuits.define('b')
  circuits.clear()
  expect(circuits.size).toBe(0)
  expect(events).toEqual(['+a', '+b', '-a', '-b'])
  circuits.define('b')
})

describe('restore', () => {
  const snapshotOf = (name: string, act: (circuit: CircuitBreaker) => void) => {
    const { circuits } = registry({}, name)
    act(circuits.get(name))
    return circuits.get(name).snapshot()
  }
  const forcedOpen = (name: string) => snapshotOf(name, (circuit) => circuit.forceOpen())

  test('changes circuits that exist at once, and others when they are made', () => {
    const { circuits, events } = registry({}, 'a')
    const signals: unknown[] = []
    const circuit = circuits.get('a')
    circuit.subscribe((signal) => void signals.push(signal))
    circuits.restore([forcedOpen('a'), forcedOpen('b'), forcedOpen('c')])
    expect(circuit.state).toBe('forced_open')
    expect(circuit.snapshot().reason).toBe('forced open manually')
    expect(events).toEqual(['+a'])
    expect(circuits.get('b').state).toBe('forced_open')
    expect(circuits.define('c').state).toBe('forced_open')
    expect(circuits.get('d').state).toBe('closed')
    expect(signals).toEqual([])
  })

  test('applies to a circuit once, before its listeners are attached', () => {
    const states: string[] = []
    const { circuits } = registry({
      defaults: { listeners: [{ onAttach: ({ state }) => void states.push(state) }] },
    })
    circuits.restore([forcedOpen('a')])
    circuits.get('a')
    circuits.delete('a')
    circuits.get('a')
    expect(states).toEqual(['forced_open', 'closed'])
  })

  test('accepts the JSON of snapshots, and the last one of a name', () => {
    const { circuits } = registry({})
    const saved = JSON.stringify([forcedOpen('a'), snapshotOf('a', (circuit) => circuit.disable())])
    circuits.restore(JSON.parse(saved))
    expect(circuits.get('a').state).toBe('disabled')
  })

  test('changes nothing when a snapshot is invalid', () => {
    const { circuits } = registry({}, 'a')
    for (const invalid of [{ ...forcedOpen('b'), state: 'ajar' }, { state: 'open' }, 5, null]) {
      expect(() => circuits.restore([forcedOpen('a'), forcedOpen('b'), invalid as never])).toThrow(
        'restore: ',
      )
    }
    const nameless = { ...forcedOpen('b'), name: undefined as never }
    expect(() => circuits.restore([nameless])).toThrow(
      'restore: name must be a non-empty string, got undefined',
    )
    expect(circuits.get('a').state).toBe('closed')
    expect(circuits.get('b').state).toBe('closed')
  })

  test('accepts every snapshot of a circuit, also with an extreme retry time', () => {
    const extreme = snapshotOf('a', (circuit) => circuit.trip({ forMs: 1e16 }))
    const { circuits } = registry({})
    circuits.restore([extreme])
    const { retryAt = 0 } = circuits.get('a').snapshot()
    // the clock runs on, and numbers of this size are 2 apart
    expect(Math.abs(retryAt - (extreme.retryAt ?? 0))).toBeLessThanOrEqual(4)
  })

  test('keeps a copy of a snapshot', () => {
    const { circuits } = registry({})
    const snapshot = { ...forcedOpen('a') }
    circuits.restore([snapshot])
    Object.assign(snapshot, { state: 'ajar' })
    expect(circuits.get('a').state).toBe('forced_open')
  })

  test.each([null, undefined, {}, 5])('rejects snapshots that are not an array: %j', (value) => {
    expect(() => registry({}).circuits.restore(value as never)).toThrow(
      new TypeError(`restore: snapshots must be iterable, got ${quote(value)}`),
    )
  })

  test('is undone by clear() for circuits that do not exist yet', () => {
    const { circuits } = registry({})
    circuits.restore([forcedOpen('a')])
    circuits.clear()
    expect(circuits.get('a').state).toBe('closed')
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
  test('returns the circuits in the order in which they were added', () => {
    const { circuits } = registry({}, 'a', 'b', 'c')
    circuits.get('a').acquire().release()
    expect(namesOf(circuits)).toEqual(['a', 'b', 'c'])
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
})
