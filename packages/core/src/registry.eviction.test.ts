import fc from '@fluxgate/testkit/fast-check'
import { describe, expect, test } from 'vitest'
import { CircuitController } from './engine/circuit-controller.ts'
import { backoff, cooldown } from './policies/retries.ts'
import { failureStreak } from './policies/trippers.ts'
import { CircuitRegistry, type RegistryOptions } from './registry.ts'
import { ManualClock } from './testing/manual-clock.ts'
import { seededRandom } from './testing/seeded-random.ts'
import { watchCircuit } from './view/watch-circuit.ts'
import { countWindow } from './windows/count-window.ts'
import { timeWindow } from './windows/time-window.ts'

const namesOf = (circuits: CircuitRegistry) => [...circuits].map(({ name }) => name)

function registry(maxSize: number, defaults: RegistryOptions['defaults'] = {}) {
  const clock = new ManualClock()
  const errors: unknown[] = []
  const circuits = new CircuitRegistry({
    maxSize,
    defaults: (name) => ({
      clock,
      random: () => 0.5,
      onError: (error, context) => errors.push([String(error), context]),
      ...(typeof defaults === 'function' ? defaults(name) : defaults),
    }),
  })
  // every second use is a call that reads no clock
  let uses = 0
  const use = (...names: string[]) => {
    for (const name of names) {
      if (uses++ % 2 === 0) circuits.get(name).acquire().success()
      else circuits.get(name).callSync(() => 1)
    }
  }
  const fail = (...names: string[]) => {
    for (const name of names) circuits.get(name).acquire().failure(new Error('down'))
  }
  return { circuits, clock, errors, use, fail }
}

describe('recency', () => {
  test('is exact when all calls happen in the same millisecond', () => {
    const { circuits, use } = registry(3)
    use('a', 'b', 'c', 'b', 'a', 'd')
    expect(namesOf(circuits)).toEqual(['a', 'b', 'd'])
    use('b', 'e')
    expect(namesOf(circuits)).toEqual(['b', 'd', 'e'])
  })

  test('counts calls and rejections, but neither lookups nor iteration', () => {
    const { circuits } = registry(3)
    for (const name of ['a', 'b', 'c']) circuits.get(name)
    circuits.get('b').callSync(() => 1)
    circuits.get('a')
    circuits.has('a')
    expect([...circuits].map((circuit) => circuit.snapshot().state)).toContain('closed')
    circuits.get('d')
    expect(namesOf(circuits)).toEqual(['b', 'c', 'd'])
    circuits.get('c').forceOpen()
    circuits.get('c').tryAcquire()
    circuits.get('c').reset()
    circuits.get('e')
    expect(namesOf(circuits)).toEqual(['c', 'd', 'e'])
  })

  test('ends with the removal of the circuit', () => {
    const { circuits } = registry(2)
    const removed = circuits.get('a')
    circuits.delete('a')
    circuits.get('a')
    circuits.get('b')
    removed.acquire().release()
    circuits.get('c')
    expect(namesOf(circuits)).toEqual(['b', 'c'])
  })
})

describe('the order of eviction', () => {
  test('is healthy circuits, other closed ones, then long due and long idle ones', () => {
    const { circuits, clock, fail } = registry(5, {
      retry: cooldown(1_000),
      probeLeaseMs: 500,
    })
    circuits.get('half-open').trip({ forMs: 1 })
    clock.advance(1)
    circuits.get('half-open').acquire().release()
    circuits.get('open').trip()
    fail('failing')
    circuits.get('healthy')
    clock.advance(2_000)
    const order: string[] = []
    circuits.subscribe({ onRemove: ({ name }) => order.push(name) })
    for (const name of ['1', '2', '3', '4', '5']) circuits.define(name)
    expect(order).toEqual(['healthy', 'failing', 'open', 'half-open'])
  })

  test('puts a circuit with failures last until they have left its window', () => {
    const { circuits, use, fail } = registry(2, {
      window: countWindow(2),
      tripper: failureStreak(2),
    })
    fail('a')
    for (let i = 0; i < 100; i++) use(`host ${i}`)
    expect(namesOf(circuits)).toEqual(['a', 'host 99'])
    use('a', 'a', 'b', 'c')
    expect(namesOf(circuits)).toEqual(['b', 'c'])
  })

  test('puts a circuit first again when its failures are too old', () => {
    const { circuits, clock, use, fail } = registry(2, { window: timeWindow(1_000) })
    fail('a')
    use('b')
    clock.advance(1_000)
    use('c')
    expect(namesOf(circuits)).toEqual(['b', 'c'])
  })
})

describe('an open circuit', () => {
  test('is kept until retryAt has passed by the delay that was drawn', () => {
    const { circuits, clock, fail } = registry(1, {
      tripper: failureStreak(1),
      retry: backoff({ initialMs: 1_000 }),
    })
    fail('a')
    clock.advance(1_999)
    circuits.get('b')
    expect(namesOf(circuits)).toEqual(['a', 'b'])
    clock.advance(1)
    circuits.get('c')
    expect(namesOf(circuits)).toEqual(['c'])
  })

  test('is kept for ever when it never retries', () => {
    const { circuits, clock } = registry(1)
    circuits.get('a').trip({ forMs: Number.MAX_VALUE })
    circuits.get('b').forceOpen()
    circuits.get('c').disable()
    circuits.get('d').metricsOnly()
    clock.advance(1e12)
    circuits.get('e')
    expect(namesOf(circuits)).toEqual(['a', 'b', 'c', 'd', 'e'])
  })
})

describe('a circuit that began in metrics_only or disabled', () => {
  test.each(['metrics_only', 'disabled'] as const)(
    'is evicted like a closed one: %s',
    (initial) => {
      const { circuits } = registry(2, { initial })
      for (let i = 0; i < 50; i++) circuits.get(`host ${i}`).acquire().success()
      expect(namesOf(circuits)).toEqual(['host 48', 'host 49'])
    },
  )

  test('is kept in another state, as is one that came into the state later', () => {
    const { circuits } = registry(1, (name) => (name === 'a' ? { initial: 'metrics_only' } : {}))
    circuits.get('a').disable()
    circuits.get('b').metricsOnly()
    circuits.get('c')
    circuits.get('d')
    expect(namesOf(circuits)).toEqual(['a', 'b', 'd'])
  })
})

describe('a half-open circuit', () => {
  test('is kept while calls come within the lease of a probe', () => {
    const { circuits, clock } = registry(1, { probeLeaseMs: 100 })
    const circuit = circuits.get('a')
    circuit.trip({ forMs: 1 })
    clock.advance(1)
    circuit.acquire()
    clock.advance(99)
    circuit.tryAcquire()
    clock.advance(99)
    circuits.get('b')
    expect(namesOf(circuits)).toEqual(['a', 'b'])
    clock.advance(1)
    circuits.get('c')
    expect(namesOf(circuits)).toEqual(['c'])
  })
})

describe('a circuit with a call in flight', () => {
  test.each([
    ['probeLeaseMs', 100, { probeLeaseMs: 100 }],
    ['a longer timeoutMs', 300, { probeLeaseMs: 300, timeoutMs: 300 }],
  ])('is kept until no new call came for %s', (_, leaseMs, options) => {
    const { circuits, clock } = registry(1, options)
    const circuit = circuits.get('a')
    circuit.acquire()
    clock.advance(1)
    circuit.acquire()
    clock.advance(leaseMs - 1)
    circuits.get('b')
    expect(namesOf(circuits)).toEqual(['a', 'b'])
    clock.advance(1)
    circuits.get('c')
    expect(namesOf(circuits)).toEqual(['c'])
    expect(circuit.inFlight).toBe(2)
  })

  test('is kept for probeLeaseMs from the first eviction on that finds a call without a time', () => {
    const { circuits, clock } = registry(1, { probeLeaseMs: 100 })
    const circuit = circuits.get('a')
    circuit.call(() => new Promise(() => {}))
    clock.advance(1_000)
    circuits.get('b')
    clock.advance(99)
    circuits.get('c')
    expect(namesOf(circuits)).toEqual(['a', 'c'])
    circuit.acquire()
    clock.advance(1)
    circuits.get('d')
    clock.advance(98)
    circuits.get('e')
    expect(namesOf(circuits)).toEqual(['a', 'e'])
    clock.advance(1)
    circuits.get('f')
    expect(namesOf(circuits)).toEqual(['f'])
    expect(circuit.inFlight).toBe(2)
  })
})

describe('a registry without a circuit to evict', () => {
  test('grows and calls onError once', () => {
    const { circuits, errors } = registry(1)
    for (const name of ['a', 'b', 'c']) circuits.define(name)
    circuits.get('d')
    circuits.get('e')
    expect(namesOf(circuits)).toEqual(['a', 'b', 'c', 'e'])
    const error = 'Error: CircuitRegistry: maxSize is 1, but no other of 2 circuits may be evicted'
    expect(errors).toEqual([[error, { circuitName: 'b', source: 'registry' }]])
  })

  test('shrinks when circuits may be evicted again', () => {
    const { circuits, clock, fail } = registry(2, {
      tripper: failureStreak(1),
      retry: cooldown(1_000),
      probes: 1,
    })
    fail('a', 'b', 'c', 'd', 'e')
    clock.advance(1_000)
    for (const name of ['a', 'b', 'c', 'd']) circuits.get(name).acquire().success()
    circuits.get('f')
    expect(namesOf(circuits)).toEqual(['e', 'f'])
  })
})

describe('listeners that change the registry while it evicts', () => {
  test('may get and delete circuits', () => {
    const { circuits } = registry(2)
    circuits.subscribe({
      onAdd: ({ name }) => {
        if (name.length < 4) circuits.get(`${name}+`)
        if (name === 'c') circuits.delete('c')
      },
      onRemove: ({ name }) => {
        if (name === 'a') circuits.get('a')
      },
    })
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) circuits.get(name)
    for (let i = 0; i < 1_000; i++) circuits.get(`host ${i}`)
    expect(circuits.size).toBeLessThanOrEqual(4)
  })
})

test('names of dead hosts do not accumulate', () => {
  const { circuits, clock, fail } = registry(100, {
    tripper: failureStreak(1),
    retry: cooldown(30_000, { jitter: 0.1 }),
  })
  let largest = 0
  for (let i = 0; i < 2_000; i++) {
    fail(`host ${i}`)
    clock.advance(60_000)
    largest = Math.max(largest, circuits.size)
  }
  expect(largest).toBeLessThanOrEqual(101)
})

test('deleted circuits do not accumulate in the order of eviction', () => {
  const { circuits } = registry(10)
  for (let i = 0; i < 5_000; i++) {
    circuits.get(`host ${i}`)
    circuits.delete(`host ${i}`)
  }
  for (let i = 0; i < 20; i++) circuits.get(`${i}`)
  expect(circuits.size).toBe(10)
})

describe('the cost of an addition', () => {
  /** How often the registry looks at a circuit for each of `count` additions. */
  function looksPerAddition(size: number, count: number, use: (index: number) => void): number {
    const getter = Object.getOwnPropertyDescriptor(CircuitController.prototype, 'current')
    if (getter === undefined) throw new Error('current is not a getter')
    let looks = 0
    // a spy would keep each of a hundred thousand calls
    Object.defineProperty(CircuitController.prototype, 'current', {
      ...getter,
      get() {
        looks++
        return getter.get?.call(this)
      },
    })
    try {
      for (let i = 0; i < count; i++) use(size + i)
    } finally {
      Object.defineProperty(CircuitController.prototype, 'current', getter)
    }
    return looks / count
  }

  const down = () => {
    throw new Error('down')
  }

  test.each<[string, (circuit: ReturnType<CircuitRegistry['get']>) => void]>([
    ['are idle', () => {}],
    ['are called', (circuit) => circuit.callSync(() => 1)],
    ['fail', (circuit) => circuit.call(down).catch(() => {})],
    ['have a call in flight', (circuit) => circuit.acquire()],
    ['are open', (circuit) => circuit.trip()],
  ])('does not grow with the registry when its circuits %s', (_, act) => {
    for (const size of [500, 4_000]) {
      const { circuits } = registry(size)
      for (let i = 0; i < size; i++) act(circuits.get(`host ${i}`))
      const looks = looksPerAddition(size, 2_000, (i) => act(circuits.get(`host ${i}`)))
      expect(looks).toBeLessThan(50)
      expect(looks).toBeGreaterThan(1)
    }
  })
})

/** Names by last use, the oldest first. */
class LruList {
  readonly #names = new Set<string>()
  readonly #maxSize: number

  constructor(maxSize: number) {
    this.#maxSize = maxSize
  }

  get(name: string, called: boolean): void {
    if (called) this.#names.delete(name)
    this.#names.add(name)
    if (this.#names.size > this.#maxSize) this.#names.delete([...this.#names][0] as string)
  }

  get names(): string[] {
    return [...this.#names].sort()
  }
}

describe('idle circuits without failures', () => {
  test('are evicted as from a plain list of the least recently used', () => {
    const name = fc.nat({ max: 11 }).map(String)
    const step = fc.record({ name, called: fc.boolean() })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.array(step), (maxSize, steps) => {
        const { circuits, use } = registry(maxSize)
        const list = new LruList(maxSize)
        for (const { name, called } of steps) {
          list.get(name, called)
          if (called) use(name)
          else circuits.get(name)
          expect(namesOf(circuits).sort()).toEqual(list.names)
        }
      }),
    )
  })

  test('are evicted in the same order from a registry that is too large to scan each time', () => {
    const random = seededRandom(12)
    const { circuits, use } = registry(300)
    const list = new LruList(300)
    for (let i = 0; i < 3_000; i++) {
      const name = String(Math.floor(random() * 600))
      const called = random() < 0.7
      list.get(name, called)
      if (called) use(name)
      else circuits.get(name)
      if (i % 50 === 0) expect(namesOf(circuits).sort()).toEqual(list.names)
    }
    expect(namesOf(circuits).sort()).toEqual(list.names)
  })
})

test('a watched circuit is kept until its last watcher unsubscribes', () => {
  const { circuits, use } = registry(2)
  const { subscribe } = watchCircuit(circuits.get('a'))
  const unsubscribes = [subscribe(() => {}), subscribe(() => {})]
  circuits.get('b').subscribe(() => {}) // another listener keeps no circuit
  use('c', 'd', 'e')
  expect(namesOf(circuits)).toEqual(['a', 'e'])
  unsubscribes[0]?.()
  use('f')
  expect(namesOf(circuits)).toEqual(['a', 'f'])
  unsubscribes[1]?.()
  use('g')
  expect(namesOf(circuits)).toEqual(['f', 'g'])
})
