import {
  CircuitBreaker,
  CircuitRegistry,
  cooldown,
  type FleetMember,
  type FleetStatus,
  failureStreak,
  rampUp,
  type SharedCircuit,
  type Signal,
} from '@fluxgate/core'
import { createFetch } from '@fluxgate/core/fetch'
import { ManualClock } from '@fluxgate/core/testing'
import { beforeEach, describe, expect, test } from 'vitest'

const status: FleetStatus = Object.freeze({
  reachable: true,
  state: 'open',
  reporters: 2,
  instances: 3,
  prober: 'none',
})

/** A fleet that a test controls. */
class TestFleet {
  circuit!: SharedCircuit
  mayProbe = true
  status = status
  readonly log: unknown[] = []
  readonly signals: Signal[] = []

  join(circuit: SharedCircuit): FleetMember {
    this.circuit = circuit
    const fleet = this
    return {
      get status() {
        return fleet.status
      },
      mayProbe: (isCall) => {
        this.log.push(isCall ? 'call' : 'snapshot')
        return this.mayProbe
      },
      recorded: (failed) => this.log.push(failed ? 'failure' : 'success'),
      reasonOf: ({ cause, reason }) => (cause === 'rule' ? `${reason}, from the fleet` : reason),
      entered: (signal) => this.signals.push(signal),
      leave: () => this.log.push('left'),
    }
  }
}

const clock = new ManualClock()
let fleet: TestFleet
let breaker: CircuitBreaker
const signals: Signal[] = []

function create(options: object = {}): CircuitBreaker {
  return new CircuitBreaker({
    name: 'payments',
    clock,
    shared: fleet,
    tripper: failureStreak(2),
    retry: cooldown(10_000),
    probes: 2,
    listeners: [(signal) => void signals.push(signal)],
    ...options,
  })
}

beforeEach(() => {
  fleet = new TestFleet()
  signals.length = 0
  breaker = create()
})

const fail = (times: number) => {
  for (let call = 0; call < times; call++) breaker.tryAcquire()?.failure(new Error('503'))
}

describe('the option `shared`', () => {
  test.for([null, 1, 'redis', {}, { join: 1 }])('refuses %o', (shared) => {
    expect(() => create({ shared })).toThrow('CircuitBreaker: shared must be an object with join()')
  })

  test('joins once for each circuit of a registry and of createFetch', async () => {
    const names: string[] = []
    const shared = {
      join(circuit: SharedCircuit) {
        names.push(circuit.options.name)
        return fleet.join(circuit)
      },
    }
    const circuits = new CircuitRegistry({ defaults: { shared } })
    circuits.get('a')
    circuits.get('a')
    circuits.define('b')
    const fetch = async () => new Response()
    await createFetch({ fetch, defaults: { shared } })('https://example.com/x')
    expect(names).toEqual(['a', 'b', 'https://example.com'])
  })

  test('gives the fleet the options and the state of the circuit', () => {
    create({ timeoutMs: 500, permit: rampUp({ from: 0.1, to: 1, durationMs: 1_000 }) })
    expect(fleet.circuit).toMatchObject({
      options: { name: 'payments', probes: 2, timeoutMs: 500 },
      ramps: true,
      current: { kind: 'closed', reopens: 0 },
    })
    const tripper = { type: 'failureStreak', args: [2] }
    expect(fleet.circuit.options.tripper.toJSON?.()).toEqual(tripper)
  })

  test('leaves the fleet when the circuit is disposed of or evicted', () => {
    breaker.dispose()
    expect(fleet.log).toEqual(['left'])
    const circuits = new CircuitRegistry({ defaults: { shared: fleet } })
    circuits.get('a')
    circuits.delete('a')
    expect(fleet.log).toEqual(['left', 'left'])
  })
})

describe('a shared circuit', () => {
  test('reports recorded calls only', () => {
    breaker.tryAcquire()?.success()
    breaker.tryAcquire()?.release()
    const stale = breaker.tryAcquire()
    fail(2)
    stale?.success()
    expect(fleet.log).toEqual(['success', 'failure', 'failure'])
  })

  test('reports each transition with the signal of the listeners', () => {
    fail(2)
    expect(fleet.signals).toHaveLength(1)
    expect(fleet.signals[0]).toBe(signals[0])
    expect(signals[0]?.reason).toBe('failure streak 2 ≥ 2 over 2 calls, from the fleet')
    expect(breaker.snapshot().reason).toBe(signals[0]?.reason)
  })

  test('reports transitions without any listener', () => {
    breaker = create({ listeners: [] })
    breaker.forceOpen()
    expect(fleet.signals).toMatchObject([{ newState: 'forced_open', cause: 'manual' }])
  })

  test('does not probe while the fleet denies it, and rejects with the time from the fleet', () => {
    fail(2)
    clock.advance(10_000)
    fleet.mayProbe = false
    expect(breaker.snapshot().permitted).toBe(false)
    expect(breaker.tryAcquire()).toBe(undefined)
    expect(breaker.state).toBe('open')
    fleet.circuit.move('open', 'another instance probes', { forMs: 5_000, reopens: 3 })
    expect(() => breaker.acquire()).toThrow(
      expect.objectContaining({ retryAfterMs: 5_000, reason: 'another instance probes' }),
    )
    expect(breaker.snapshot()).toMatchObject({ cause: 'fleet', reopens: 3 })
    fleet.mayProbe = true
    clock.advance(5_000)
    expect(breaker.snapshot().permitted).toBe(true)
    breaker.tryAcquire()
    expect(breaker.state).toBe('half_open')
  })

  test('admits no further probe when the fleet denies it meanwhile', () => {
    fail(2)
    clock.advance(10_000)
    expect(breaker.tryAcquire()).toBeDefined()
    fleet.mayProbe = false
    expect(breaker.tryAcquire()).toBe(undefined)
    expect(breaker.snapshot().permitted).toBe(false)
  })

  test('calls mayProbe() for each call while it is not closed, and for each snapshot', () => {
    breaker.tryAcquire()?.success()
    breaker.snapshot()
    breaker.disable()
    breaker.tryAcquire()?.success()
    expect(fleet.log).toEqual(['success', 'snapshot', 'call'])
    breaker.trip()
    breaker.snapshot()
    breaker.tryAcquire()
    expect(fleet.log.slice(3)).toEqual(['snapshot', 'call'])
  })

  test.for(['open', 'closed', 'forced_open', 'disabled', 'metrics_only', 'half_open'] as const)(
    'is moved to %s with a signal of cause fleet',
    (state) => {
      if (state === 'closed') breaker.forceOpen()
      fleet.circuit.move(state, 'because', { forMs: 7_000 })
      expect(breaker.state).toBe(state)
      expect(signals.at(-1)).toMatchObject({ newState: state, cause: 'fleet', reason: 'because' })
    },
  )

  test('stays open until the next move with forMs Infinity', () => {
    fleet.circuit.move('open', 'x', { forMs: Number.POSITIVE_INFINITY })
    expect(breaker.snapshot()).not.toHaveProperty('retryAt')
    fleet.circuit.move('open', 'x', { forMs: 1_000 })
    expect(breaker.snapshot()).toHaveProperty('retryAt')
    fleet.circuit.move('open', 'x', { forMs: Number.POSITIVE_INFINITY })
    expect(breaker.snapshot()).not.toHaveProperty('retryAt')
    expect(signals).toHaveLength(1)
  })

  test('does not change when the fleet moves it to its state with forMs, except open', () => {
    fleet.circuit.move('half_open', 'probing')
    const before = breaker.snapshot()
    fleet.circuit.move('half_open', 'again', { forMs: 5_000 })
    expect(breaker.snapshot()).toEqual(before)
    expect(breaker.snapshot()).not.toHaveProperty('retryAt')
    expect(signals).toHaveLength(1)
  })

  test('keeps its reopens when it is half-opened manually from open, and from no other state', () => {
    fleet.circuit.move('open', 'down', { forMs: 5_000, reopens: 3 })
    breaker.halfOpen()
    expect(breaker.snapshot().reopens).toBe(3)
    fleet.circuit.move('open', 'down', { forMs: 5_000, reopens: 3 })
    fleet.circuit.move('forced_open', 'maintenance')
    expect(breaker.snapshot().reopens).toBe(3)
    breaker.halfOpen()
    expect(breaker.snapshot().reopens).toBe(0)
  })

  test('replaces its snapshot when retryAt changes', () => {
    fleet.circuit.move('open', 'x', { forMs: 1_000 })
    const before = breaker.snapshot()
    fleet.circuit.move('open', 'y', { forMs: 2_000 })
    expect(breaker.snapshot()).not.toBe(before)
    expect(breaker.snapshot().reason).toBe('y')
  })

  test('has the status of the fleet in its snapshot, the same object until it changes', () => {
    const before = breaker.snapshot()
    expect(before.fleet).toBe(status)
    expect(breaker.snapshot()).toBe(before)
    fleet.status = { ...status, reachable: false }
    expect(breaker.snapshot()).not.toBe(before)
    expect(breaker.snapshot().fleet?.reachable).toBe(false)
    expect(new CircuitBreaker({ name: 'x' }).snapshot()).not.toHaveProperty('fleet')
  })

  test('reports errors of the fleet to onError', () => {
    const errors: unknown[] = []
    create({ onError: (error: unknown, context: unknown) => errors.push([error, context]) })
    fleet.circuit.report('down')
    expect(errors).toEqual([['down', { circuitName: 'payments', source: 'fleet' }]])
  })

  test('evaluates its rule when the fleet calls judge()', () => {
    let met = false
    const tripper = { test: () => met, explain: () => ({ rule: 'x', met }) }
    breaker = create({ tripper })
    fleet.circuit.judge()
    expect(breaker.state).toBe('closed')
    met = true
    fleet.circuit.judge()
    expect(breaker.state).toBe('open')
  })

  test('continues from a snapshot whose cause is the fleet', () => {
    fleet.circuit.move('open', 'x', { forMs: 5_000 })
    const initial = JSON.parse(JSON.stringify(breaker.snapshot()))
    expect(create({ initial }).snapshot()).toMatchObject({ state: 'open', cause: 'fleet' })
  })

  test('starts in the state to which join() moves it, without a signal', () => {
    const shared = {
      join(circuit: SharedCircuit) {
        circuit.move('open', 'known', { forMs: 5_000 })
        return fleet.join(circuit)
      },
    }
    breaker = create({ shared })
    expect(breaker.tryAcquire()).toBe(undefined)
    expect(signals).toEqual([])
  })
})
