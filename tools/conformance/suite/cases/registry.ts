import { thrown } from '@fluxgate/testkit/thrown'
import { assert } from 'chai'
import { cases } from '../conformance-case.ts'

export const registryCases = cases('5. CircuitRegistry', {
  'get() creates a circuit from the defaults and returns the same one later': ({ core }) => {
    const circuits = new core.CircuitRegistry({ defaults: { probes: 7 } })
    const one = circuits.get('one')
    assert.instanceOf(one, core.CircuitBreaker)
    assert.strictEqual(one.name, 'one')
    assert.strictEqual(one.toJSON().probes, 7)
    assert.strictEqual(circuits.get('one'), one)
    assert.notStrictEqual(circuits.get('two'), one)
    assert.strictEqual(circuits.size, 2)
    assert.isTrue(circuits.has('one'))
    assert.isFalse(circuits.has('three'))
  },
  'define() overrides the defaults': ({ core }) => {
    const circuits = new core.CircuitRegistry({ defaults: { probes: 7, timeoutMs: 50 } })
    const json = circuits.define('one', { probes: 2 }).toJSON()
    assert.deepInclude(json, { probes: 2, timeoutMs: 50 })
    assert.strictEqual(circuits.get('one').toJSON().probes, 2)
  },
  'define() throws for a name that exists': ({ core }) => {
    const circuits = new core.CircuitRegistry()
    circuits.get('one')
    assert.throws(() => circuits.define('one'), RangeError, '"one"')
    assert.strictEqual(circuits.size, 1)
  },
  'delete() removes a circuit and unsubscribes its listeners': ({ core }) => {
    let left = 0
    const circuits = new core.CircuitRegistry({
      defaults: { listeners: [{ onAttach: () => () => void left++ }] },
    })
    const one = circuits.get('one')
    assert.isTrue(circuits.delete('one'))
    assert.isFalse(circuits.delete('one'))
    assert.strictEqual(left, 1)
    assert.strictEqual(circuits.size, 0)
    assert.notStrictEqual(circuits.get('one'), one)
  },
  'a registry can be iterated while circuits are used and created': ({ core }) => {
    const circuits = new core.CircuitRegistry()
    for (const name of ['a', 'b', 'c']) circuits.get(name)
    const seen: string[] = []
    for (const { name } of circuits) {
      seen.push(name)
      circuits.get(name)
      circuits.get(`${name}${name}`)
    }
    assert.deepEqual(seen, ['a', 'b', 'c'])
    assert.strictEqual(circuits.size, 6)
  },
  'subscribe() reports added and removed circuits, and returns a function that unsubscribes': ({
    core,
  }) => {
    const changes: string[] = []
    const circuits = new core.CircuitRegistry({ maxSize: 2 })
    const unsubscribe = circuits.subscribe({
      onAdd: ({ name }) => void changes.push(`+${name}`),
      onRemove: ({ name }) => void changes.push(`-${name}`),
    })
    circuits.get('a')
    circuits.get('a')
    circuits.define('b')
    circuits.get('c')
    circuits.delete('b')
    unsubscribe()
    circuits.get('d')
    assert.deepEqual(changes, ['+a', '+b', '+c', '-a', '-b'])
  },
  'the callbacks of a registry listener are optional, and their errors are reported': async ({
    core,
  }) => {
    const errors: unknown[] = []
    const broken = new Error('registry')
    const circuits = new core.CircuitRegistry({
      defaults: { onError: (error, { source }) => void errors.push([error, source]) },
    })
    const added: string[] = []
    circuits.subscribe({
      onAdd() {
        throw broken
      },
    })
    circuits.subscribe({ onAdd: () => Promise.reject(broken) as never })
    circuits.subscribe({ onRemove() {} })
    circuits.subscribe({ onAdd: ({ name }) => void added.push(name) })
    circuits.get('a')
    circuits.delete('a')
    await new Promise((done) => setTimeout(done))
    assert.deepEqual(added, ['a'])
    assert.deepEqual(errors, [
      [broken, 'listener'],
      [broken, 'listener'],
    ])
  },
  'get() uses its options only for a circuit that it makes': ({ core }) => {
    const circuits = new core.CircuitRegistry({ defaults: { probes: 7, timeoutMs: 50 } })
    const one = circuits.get('one', { probes: 2, timeoutMs: undefined })
    assert.strictEqual(one.toJSON().probes, 2)
    assert.isUndefined(one.toJSON().timeoutMs)
    assert.strictEqual(circuits.get('one', { probes: 3 }), one)
    assert.throws(() => circuits.get('two', { probes: 0 }), RangeError, 'probes')
    assert.isFalse(circuits.has('two'))
  },
  'defaults may be a function of the name': ({ core }) => {
    const circuits = new core.CircuitRegistry({
      defaults: (name) => ({ probes: name.length, timeoutMs: 50 }),
    })
    assert.strictEqual(circuits.get('four').toJSON().probes, 4)
    const json = circuits.define('seven', { timeoutMs: 60 }).toJSON()
    assert.deepInclude(json, { probes: 5, timeoutMs: 60 })
  },
  'clear() removes every circuit, defined ones too': ({ core }) => {
    const circuits = new core.CircuitRegistry()
    const removed: string[] = []
    circuits.define('one')
    circuits.get('two')
    circuits.subscribe({ onRemove: ({ name }) => void removed.push(name) })
    circuits.clear()
    assert.strictEqual(circuits.size, 0)
    assert.deepEqual(removed, ['one', 'two'])
    circuits.define('one')
  },
  'restore() continues from snapshots, also of circuits that are made later': ({
    core,
    testing,
  }) => {
    const before = new testing.ManualClock()
    const earlier = new core.CircuitRegistry({ defaults: { clock: before } })
    for (const name of ['a', 'b']) earlier.get(name).trip({ forMs: 10_000, reopens: 3 })
    const saved = JSON.stringify([...earlier].map((circuit) => circuit.snapshot()))
    const clock = new testing.ManualClock()
    clock.advance(4_000)
    const circuits = new core.CircuitRegistry({ defaults: { clock } })
    const signals: unknown[] = []
    circuits.get('a').subscribe((signal) => void signals.push(signal))
    circuits.restore(JSON.parse(saved))
    for (const name of ['a', 'b']) {
      const { state, reopens, retryAt = 0 } = circuits.get(name).snapshot()
      assert.deepEqual(
        { state, reopens, leftMs: retryAt - clock.timestamp() },
        { state: 'open', reopens: 3, leftMs: 6_000 },
      )
    }
    assert.deepEqual(signals, [])
    assert.throws(() => circuits.restore([{ name: 'c', state: 'ajar' } as never]), /state/)
  },
  'names of prototype properties are ordinary names': ({ core }) => {
    const circuits = new core.CircuitRegistry()
    for (const name of ['__proto__', 'constructor', 'toString']) {
      assert.isFalse(circuits.has(name))
      assert.strictEqual(circuits.get(name).name, name)
    }
    assert.instanceOf(
      thrown(() => circuits.get('')),
      RangeError,
    )
  },
})
