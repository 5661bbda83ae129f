import { CircuitBreaker, failureStreak } from '@fluxgate/core'
import { ManualClock } from '@fluxgate/core/testing'
import { beforeEach, describe, expect, test } from 'vitest'
import type { FleetStore, StoreListener } from '../store/fleet-store.ts'
import type { Report } from '../store/message.ts'
import { MemoryStore } from '../testing/memory-store.ts'
import { createFleet } from './create-fleet.ts'

const clock = new ManualClock()

/** A store that cannot answer about some circuits. */
class PartlyDownStore implements FleetStore {
  readonly memory = new MemoryStore({ clock })
  /** What it returns instead of the answer about a circuit. */
  readonly broken = new Map<string, unknown>()
  readonly exchanges: string[][] = []

  async exchange(instance: string, reports: readonly Report[]): Promise<readonly unknown[]> {
    this.exchanges.push(reports.map(({ name }) => name))
    const answers = await this.memory.exchange(instance, reports)
    return answers.map((answer, i) => this.broken.get(reports[i]?.name ?? '') ?? answer)
  }

  subscribe(listener: StoreListener): () => void {
    return this.memory.subscribe(listener)
  }
}

let store: PartlyDownStore
let errors: unknown[]

function instanceOf(quorum = 1) {
  const onError = (error: unknown) => errors.push(error)
  const fleet = createFleet(store, { quorum, clock, onError })
  const circuit = (name: string) =>
    new CircuitBreaker({ name, shared: fleet, clock, tripper: failureStreak(1) })
  return { fleet, circuit }
}

async function settle(): Promise<void> {
  for (let i = 0; i < 30; i++) await Promise.resolve()
}

/** Advances in steps of 50 ms, and lets promises settle in between. */
async function advance(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 50) {
    clock.advance(50)
    await settle()
  }
}

const fail = (breaker: CircuitBreaker) =>
  breaker.call(() => Promise.reject(new Error('503'))).catch(() => {})
const isReachable = (breaker: CircuitBreaker) => breaker.snapshot().fleet?.reachable

beforeEach(() => {
  store = new PartlyDownStore()
  errors = []
})

describe.each([
  ['no valid answer', { format: 1 }],
  ['an error', new Error('the node is down')],
])('a store that returns %s about a circuit', (_what, broken) => {
  test('shares only the other circuits', async () => {
    const [a, b] = [instanceOf(), instanceOf()]
    const [bad, good] = [a.circuit('bad'), a.circuit('good')]
    const other = b.circuit('good')
    await advance(500)
    store.broken.set('bad', broken)
    await fail(bad)
    await fail(good)
    await advance(500)
    expect([a.fleet.reachable, isReachable(bad), isReachable(good)]).toEqual([true, false, true])
    expect([bad.state, good.state, other.state]).toEqual(['open', 'open', 'open'])
  })

  test('reports it once, and tries again after retryMs', async () => {
    const { circuit, fleet } = instanceOf()
    const circuits = ['a', 'b', 'good'].map(circuit)
    await advance(500)
    store.broken.set('a', broken).set('b', broken)
    for (const breaker of circuits) await fail(breaker)
    const before = store.exchanges.length
    await advance(5_000)
    expect(errors).toHaveLength(1)
    expect(store.exchanges.length - before).toBeLessThanOrEqual(8)
    store.broken.clear()
    await advance(1_500)
    expect(circuits.map(isReachable)).toEqual([true, true, true])
    expect(fleet.reachable).toBe(true)
    store.broken.set('a', broken)
    for (const breaker of circuits) breaker.reset()
    await advance(500)
    expect(errors).toHaveLength(2)
  })

  test('makes flush() resolve with false, also when it is asked about that circuit only', async () => {
    const { circuit, fleet } = instanceOf()
    const [bad, good] = [circuit('bad'), circuit('good')]
    expect(await fleet.flush()).toBe(true)
    store.broken.set('bad', broken)
    await fail(bad)
    expect(await fleet.flush()).toBe(false)
    expect([fleet.reachable, isReachable(bad), isReachable(good)]).toEqual([true, false, true])
    expect(await fleet.reset('bad')).toBe(false)
    expect(fleet.reachable).toBe(true)
    store.broken.clear()
    expect(await fleet.flush()).toBe(true)
    expect(isReachable(bad)).toBe(true)
  })

  test('is unreachable when all its answers are invalid', async () => {
    const { circuit, fleet } = instanceOf()
    const circuits = ['a', 'b'].map(circuit)
    await fleet.flush()
    store.broken.set('a', broken).set('b', broken)
    for (const breaker of circuits) await fail(breaker)
    await fleet.flush()
    expect(fleet.reachable).toBe(false)
  })
})

test('a circuit that opens does not wait for a thousand that only request their state', async () => {
  const [a, b] = [instanceOf(), instanceOf()]
  for (let i = 0; i < 1_000; i++) a.circuit(`circuit-${i}`)
  const [mine, other] = [a.circuit('payments'), b.circuit('payments')]
  await advance(50)
  await fail(mine)
  await advance(300)
  expect(other.state).toBe('open')
})

test.each([
  ['long', 'x'.repeat(10_000)],
  ['ill-formed', 'a\ud800b'],
])('a circuit with a name that is %s is shared like any other', async (_what, name) => {
  const [a, b] = [instanceOf(), instanceOf()]
  const [mine, other] = [a.circuit(name), b.circuit(name)]
  await advance(500)
  await fail(mine)
  await advance(500)
  expect(other.state).toBe('open')
  expect(await a.fleet.reset(name)).toBe(true)
  expect([mine.state, other.state]).toEqual(['closed', 'closed'])
  expect(await b.fleet.refresh(name, { atMostMs: 0 })).toBe(true)
  expect(store.exchanges.flat().every((sent) => sent.length <= 500)).toBe(true)
})
