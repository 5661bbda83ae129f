import { assert } from 'chai'
import { cases } from '../conformance-case.ts'

const namesOf = (circuits: Iterable<{ name: string }>) => [...circuits].map(({ name }) => name)

/** Which circuits a full registry removes. */
export const registryEvictionCases = cases('5. CircuitRegistry', {
  'over maxSize the least recently called circuit is evicted; a lookup is no call': ({ core }) => {
    const circuits = new core.CircuitRegistry({ maxSize: 3 })
    for (const name of ['a', 'b', 'c']) circuits.get(name)
    circuits.get('a').callSync(() => 1)
    circuits.get('b')
    circuits.get('d')
    assert.deepEqual(namesOf(circuits).sort(), ['a', 'c', 'd'])
    circuits.get('c').acquire().release()
    circuits.get('e')
    assert.deepEqual(namesOf(circuits).sort(), ['c', 'd', 'e'])
  },
  'a defined circuit is never evicted': ({ core }) => {
    const circuits = new core.CircuitRegistry({ maxSize: 2 })
    const defined = circuits.define('payments', { timeoutMs: 500 })
    for (let i = 0; i < 1_000; i++) circuits.get(`host ${i}`).callSync(() => i)
    assert.strictEqual(circuits.get('payments'), defined)
    assert.strictEqual(circuits.size, 2)
  },
  'a circuit with failures in its window is evicted after those without': ({ core }) => {
    const circuits = new core.CircuitRegistry({ maxSize: 10 })
    const failing = circuits.get('failing')
    for (let failure = 0; failure < 9; failure++) {
      failing.acquire().failure(new Error('down'))
      for (let i = 0; i < 100; i++) circuits.get(`host ${failure} ${i}`).callSync(() => i)
    }
    circuits.get('failing').acquire().failure(new Error('down'))
    assert.strictEqual(failing.state, 'open')
  },
  'an open circuit is evicted when retryAt has passed by the delay that was drawn': ({
    core,
    testing,
  }) => {
    const clock = new testing.ManualClock()
    const defaults = {
      clock,
      tripper: core.failureStreak(1),
      retry: core.cooldown(1_000),
    }
    const circuits = new core.CircuitRegistry({ maxSize: 1, defaults })
    circuits.get('open').acquire().failure(new Error('down'))
    clock.advance(1_999)
    circuits.get('a')
    assert.isTrue(circuits.has('open'))
    clock.advance(1)
    circuits.get('b')
    assert.deepEqual(namesOf(circuits), ['b'])
  },
  'a ticket that never settles keeps a circuit no longer than the lease of a probe': ({
    core,
    testing,
  }) => {
    const clock = new testing.ManualClock()
    const defaults = { clock, probeLeaseMs: 1_000 }
    const circuits = new core.CircuitRegistry({ maxSize: 1, defaults })
    circuits.get('unsettled').acquire()
    clock.advance(999)
    circuits.get('a')
    assert.isTrue(circuits.has('unsettled'))
    clock.advance(1)
    circuits.get('b')
    assert.deepEqual(namesOf(circuits), ['b'])
  },
  'a half-open circuit without calls for the lease of a probe is evicted': ({ core, testing }) => {
    const clock = new testing.ManualClock()
    const defaults = { clock, probeLeaseMs: 1_000 }
    const circuits = new core.CircuitRegistry({ maxSize: 1, defaults })
    circuits.get('half-open').trip({ forMs: 1 })
    clock.advance(1)
    circuits.get('half-open').acquire()
    clock.advance(999)
    circuits.get('a')
    assert.isTrue(circuits.has('half-open'))
    clock.advance(1)
    circuits.get('b')
    assert.deepEqual(namesOf(circuits), ['b'])
  },
  'a registry that may evict nothing grows, and calls onError once': ({ core }) => {
    const errors: unknown[] = []
    const circuits = new core.CircuitRegistry({
      maxSize: 1,
      defaults: { onError: (_error, { source }) => void errors.push(source) },
    })
    for (const name of ['a', 'b', 'c']) circuits.define(name)
    assert.strictEqual(circuits.size, 3)
    assert.deepEqual(errors, ['registry'])
  },
  'a circuit in another state is kept, also by a manual transition': ({ core, testing }) => {
    const clock = new testing.ManualClock()
    const circuits = new core.CircuitRegistry({ maxSize: 1, defaults: { clock } })
    circuits.get('open').trip()
    circuits.get('forced').forceOpen()
    circuits.get('disabled').disable()
    circuits.get('watched').metricsOnly()
    circuits.get('half-open').trip({ forMs: 1 })
    clock.advance(1)
    circuits.get('half-open').acquire().release()
    for (const name of ['a', 'b', 'c']) circuits.get(name)
    const kept = ['c', 'disabled', 'forced', 'half-open', 'open', 'watched']
    assert.deepEqual(namesOf(circuits).sort(), kept)
  },
  'a circuit with a call in flight is not evicted': ({ core }) => {
    const circuits = new core.CircuitRegistry({ maxSize: 1 })
    const ticket = circuits.get('busy').acquire()
    circuits.get('a')
    assert.deepEqual(namesOf(circuits).sort(), ['a', 'busy'])
    ticket.release()
    circuits.get('b')
    assert.deepEqual(namesOf(circuits), ['b'])
  },
  'the newest circuit is not evicted when it is the only idle one': ({ core }) => {
    const circuits = new core.CircuitRegistry({ maxSize: 1 })
    circuits.get('open').trip()
    const fresh = circuits.get('fresh')
    assert.strictEqual(circuits.get('fresh'), fresh)
    assert.strictEqual(circuits.size, 2)
  },
  'a registry keeps a thousand circuits by default': ({ core }) => {
    const circuits = new core.CircuitRegistry()
    for (let i = 0; i < 1_001; i++) circuits.get(`circuit ${i}`)
    assert.strictEqual(circuits.size, 1_000)
    assert.isFalse(circuits.has('circuit 0'))
    assert.isTrue(circuits.has('circuit 1'))
  },
})
