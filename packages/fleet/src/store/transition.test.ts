import { describe, expect, test } from 'vitest'
import { MAX_MS, NEVER, type Report } from './message.ts'
import type { FleetRecord } from './record.ts'
import { type Applied, applyReport } from './transition.ts'

const nothing: Report = {
  format: 1,
  name: 'payments',
  event: 'none',
  delayMs: 0,
  reopens: 0,
  reason: '',
  incarnation: '',
  version: 0,
  fence: 0,
  requestsLease: false,
  leaseMs: 5_000,
  leadMs: 500,
  probed: 0,
  succeeded: 0,
  quorum: 2,
  liveMs: 15_000,
  windowMs: 0,
  total: 0,
  failures: 0,
}

/** A store whose time is set by the test. */
class Circuit {
  now = 1_000_000
  record: FleetRecord | undefined
  #incarnations = 0

  report(instance: string, report: Partial<Report>): Applied {
    const incarnation = `incarnation${++this.#incarnations}`
    const given = JSON.stringify(this.record)
    const applied = applyReport(
      this.record,
      instance,
      { ...nothing, ...report },
      this.now,
      incarnation,
    )
    expect(JSON.stringify(this.record)).toBe(given) // no side effects
    this.record = JSON.parse(JSON.stringify(applied.record)) // plain data
    return applied
  }

  /** Opens for `delayMs` by the votes of a and b. */
  open(delayMs = 10_000): this {
    this.report('a', { event: 'opened', delayMs })
    this.report('b', { event: 'opened', delayMs })
    return this
  }

  /** Lets the circuit become due, and gives the lease to `instance`. */
  lease(instance: string): number {
    this.open()
    this.now += 10_000
    return this.report(instance, { requestsLease: true }).answer.fence
  }
}

describe('applyReport()', () => {
  test('creates a closed circuit of the given incarnation for the first report', () => {
    const { answer, hasChanged } = new Circuit().report('a', {})
    expect(answer).toEqual({
      format: 1,
      name: 'payments',
      incarnation: 'incarnation1',
      version: 0,
      state: 'closed',
      forMs: 0,
      reopens: 0,
      by: '',
      reason: '',
      fence: 1_000_000,
      holder: '',
      leaseMs: 0,
      probed: 0,
      succeeded: 0,
      reporters: 0,
      instances: 1,
      failing: 0,
      total: 0,
      failures: 0,
    })
    expect(hasChanged).toBe(false)
  })

  test('opens with the vote that completes the quorum, for its delay and with its reason', () => {
    const circuit = new Circuit()
    const first = circuit.report('a', { event: 'opened', delayMs: 20_000, reason: 'streak' })
    expect(first.answer).toMatchObject({ state: 'closed', reporters: 1 })
    expect(first.hasChanged).toBe(false)
    const { answer, hasChanged } = circuit.report('b', {
      event: 'opened',
      delayMs: 30_000,
      reopens: 2,
      reason: 'rate',
    })
    const opened = { state: 'open', version: 1, forMs: 30_000, reopens: 2, by: 'b', reason: 'rate' }
    expect(answer).toMatchObject(opened)
    expect(hasChanged).toBe(true)
  })

  test('counts an instance once, however often it votes', () => {
    const circuit = new Circuit()
    circuit.report('a', { event: 'opened', delayMs: 1_000 })
    const { answer } = circuit.report('a', { event: 'opened', delayMs: 1_000 })
    expect(answer).toMatchObject({ state: 'closed', reporters: 1 })
  })

  test.for(['vote_withdrawn', 'closed'] as const)(
    'removes the vote of an instance: %s',
    (event) => {
      const circuit = new Circuit()
      circuit.report('a', { event: 'opened', delayMs: 9_000 })
      expect(circuit.report('a', { event }).answer.reporters).toBe(0)
      expect(circuit.report('b', { event: 'opened', delayMs: 9_000 }).answer.state).toBe('closed')
    },
  )

  test('removes a vote when its delay has ended', () => {
    const circuit = new Circuit()
    circuit.report('a', { event: 'opened', delayMs: 9_000 })
    circuit.now += 8_999
    expect(circuit.report('c', {}).answer.reporters).toBe(1)
    circuit.now += 1
    expect(circuit.report('c', {}).answer.reporters).toBe(0)
  })

  test('keeps a vote of unlimited duration while its instance is live', () => {
    const circuit = new Circuit()
    circuit.report('a', { event: 'opened', delayMs: NEVER })
    circuit.now += 14_999
    expect(circuit.report('c', {}).answer).toMatchObject({ reporters: 1, instances: 2 })
    circuit.now += 1
    expect(circuit.report('c', {}).answer).toMatchObject({ reporters: 0, instances: 1 })
  })

  test('accepts a share of the live instances, rounded up', () => {
    const circuit = new Circuit()
    for (const instance of ['a', 'b', 'c', 'd', 'e']) circuit.report(instance, {})
    const vote = { event: 'opened', delayMs: 9_000, quorum: 0.5 } as const
    circuit.report('a', vote)
    expect(circuit.report('b', vote).answer.state).toBe('closed')
    expect(circuit.report('c', vote).answer.state).toBe('open')
  })

  test('opens for an unlimited time for NEVER, and grants no lease then', () => {
    const circuit = new Circuit().open(NEVER)
    circuit.now += MAX_MS
    const { answer } = circuit.report('a', { requestsLease: true })
    expect(answer).toMatchObject({ state: 'open', forMs: NEVER, holder: '', leaseMs: 0 })
  })

  test('counts down the delay, not below 0', () => {
    const circuit = new Circuit().open()
    circuit.now += 4_000
    expect(circuit.report('c', {}).answer.forMs).toBe(6_000)
    circuit.now += 7_000
    expect(circuit.report('c', {}).answer.forMs).toBe(0)
  })

  test('is not open for longer when the clock steps back', () => {
    const circuit = new Circuit().open()
    circuit.now -= 3_600_000
    expect(circuit.report('c', {}).answer).toMatchObject({ state: 'open', forMs: 10_000 })
  })
})

describe('the lease', () => {
  test('is granted from `leadMs` before the circuit is due, and lasts from when it is due', () => {
    const circuit = new Circuit().open()
    circuit.now += 9_499
    expect(circuit.report('a', { requestsLease: true }).answer.holder).toBe('')
    circuit.now += 1
    const { answer, hasChanged } = circuit.report('a', { requestsLease: true })
    expect(answer).toMatchObject({ holder: 'a', leaseMs: 5_500, forMs: 500, fence: 1_000_001 })
    expect(hasChanged).toBe(true)
  })

  test('is granted to one instance at a time', () => {
    const circuit = new Circuit()
    circuit.lease('a')
    const { answer, hasChanged } = circuit.report('b', { requestsLease: true })
    expect(answer).toMatchObject({ holder: 'a', fence: 1_000_001 })
    expect(hasChanged).toBe(false)
    circuit.now += 5_000
    const later = circuit.report('b', { requestsLease: true })
    expect(later.answer).toMatchObject({ holder: 'b', fence: 1_000_002, leaseMs: 5_000 })
  })

  test('is extended under its number', () => {
    const circuit = new Circuit()
    const fence = circuit.lease('a')
    circuit.now += 2_500
    const { answer, hasChanged } = circuit.report('a', { requestsLease: true, fence })
    expect(answer).toMatchObject({ holder: 'a', fence, leaseMs: 5_000 })
    expect(hasChanged).toBe(true)
  })

  test('has a new number for a holder that does not know the last one, or is late', () => {
    const circuit = new Circuit()
    const fence = circuit.lease('a')
    expect(circuit.report('a', { requestsLease: true }).answer.fence).toBe(fence + 1)
    circuit.now += 5_000
    const late = circuit.report('a', { requestsLease: true, fence: fence + 1 })
    expect(late.answer.fence).toBe(fence + 2)
  })

  test('ends when its holder leaves', () => {
    const circuit = new Circuit()
    const fence = circuit.lease('a')
    const { answer, hasChanged } = circuit.report('a', { event: 'left', fence })
    expect(answer).toMatchObject({ holder: '', leaseMs: 0 })
    expect(hasChanged).toBe(true)
    expect(circuit.report('b', { requestsLease: true }).answer.holder).toBe('b')
  })

  test('is kept when another instance leaves', () => {
    const circuit = new Circuit()
    circuit.lease('a')
    expect(circuit.report('b', { event: 'left' }).answer.holder).toBe('a')
  })

  test.for(['closed', 'healthy'] as const)('ends with the verdict of its holder: %s', (event) => {
    const circuit = new Circuit()
    const fence = circuit.lease('c')
    const { answer } = circuit.report('c', { event, fence })
    const state = event === 'closed' ? 'closed' : 'recovering'
    expect(answer).toMatchObject({ state, version: 2, holder: '', reporters: 0, by: 'c' })
  })

  test.for(['closed', 'healthy', 'opened'] as const)(
    'ignores a verdict that is late, or of another instance or number: %s',
    (event) => {
      const circuit = new Circuit()
      const fence = circuit.lease('c')
      const verdict = { event, fence, delayMs: 20_000 }
      circuit.report('b', verdict)
      circuit.report('c', { ...verdict, fence: fence - 1 })
      circuit.report('c', { ...verdict, fence: 0 })
      expect(circuit.record).toMatchObject({ state: 'open', version: 1, holder: 'c' })
      circuit.now += 5_000
      circuit.report('c', verdict)
      expect(circuit.record).toMatchObject({ state: 'open', version: 1 })
    },
  )

  test('counts a reopening by the probes', () => {
    const circuit = new Circuit()
    const fence = circuit.lease('c')
    const { answer } = circuit.report('c', { event: 'opened', fence, delayMs: 20_000, reopens: 9 })
    expect(answer).toMatchObject({ state: 'open', version: 2, reopens: 1, forMs: 20_000 })
  })

  test('adds up the probes of its holders until the circuit moves', () => {
    const circuit = new Circuit()
    const first = circuit.lease('a')
    circuit.report('b', { fence: first, probed: 5, succeeded: 5 })
    circuit.report('a', { fence: first, probed: 2, succeeded: 1 })
    circuit.now += 5_000
    const { fence } = circuit.report('b', { requestsLease: true }).answer
    circuit.report('a', { fence: first, probed: 1, succeeded: 1 })
    const { answer } = circuit.report('b', { fence, probed: 1, succeeded: 1 })
    expect(answer).toMatchObject({ probed: 3, succeeded: 2 })
    const closed = circuit.report('b', { event: 'closed', fence })
    expect(closed.answer).toMatchObject({ probed: 0, succeeded: 0 })
  })
})

describe('recovering', () => {
  const recovering = () => {
    const circuit = new Circuit()
    const fence = circuit.lease('c')
    circuit.report('c', { event: 'opened', fence, delayMs: 10_000 })
    circuit.now += 10_000
    const { answer } = circuit.report('c', { requestsLease: true })
    circuit.report('c', { event: 'healthy', fence: answer.fence })
    return circuit
  }

  test('keeps the reopens, and opens by a new quorum with one more', () => {
    const circuit = recovering()
    expect(circuit.record).toMatchObject({ state: 'recovering', reopens: 1 })
    circuit.report('a', { event: 'opened', delayMs: 9_000 })
    expect(circuit.record).toMatchObject({ state: 'recovering' })
    const { answer } = circuit.report('b', { event: 'opened', delayMs: 9_000, reopens: 7 })
    expect(answer).toMatchObject({ state: 'open', reopens: 2 })
  })

  test('ends when an instance that has received its version closes', () => {
    const circuit = recovering()
    const { incarnation = '', version = 0 } = circuit.record ?? {}
    circuit.report('a', { event: 'closed', incarnation, version: version - 1 })
    circuit.report('a', { event: 'closed', incarnation: 'other', version })
    expect(circuit.record).toMatchObject({ state: 'recovering' })
    const { answer } = circuit.report('a', { event: 'closed', incarnation, version })
    expect(answer).toMatchObject({ state: 'closed', reopens: 0 })
  })

  test('grants no lease', () => {
    expect(recovering().report('a', { requestsLease: true }).answer.holder).toBe('')
  })
})

describe('shared counts', () => {
  const counts = { windowMs: 10_000, total: 10, failures: 5 }

  test('are the sums of all instances in the window', () => {
    const circuit = new Circuit()
    circuit.report('a', counts)
    circuit.now += 100
    circuit.report('b', { ...counts, total: 2, failures: 0 })
    circuit.now += 700
    const { answer } = circuit.report('b', { ...counts, total: 1, failures: 1 })
    expect(answer).toMatchObject({ total: 13, failures: 6, failing: 2 })
  })

  test('leave the window after its length, at most a twentieth early', () => {
    const circuit = new Circuit()
    circuit.report('a', counts)
    circuit.now += 9_499
    expect(circuit.report('a', { windowMs: 10_000 }).answer.total).toBe(10)
    circuit.now += 501
    expect(circuit.report('a', { windowMs: 10_000 }).answer.total).toBe(0)
  })

  test('are kept for each window length, at most four', () => {
    const circuit = new Circuit()
    for (const windowMs of [1_000, 2_000, 3_000, 4_000]) {
      circuit.report('a', { ...counts, windowMs })
    }
    expect(circuit.report('b', { windowMs: 3_000 }).answer.total).toBe(10)
    circuit.report('a', { ...counts, windowMs: 5_000 })
    expect(Object.keys(circuit.record?.windows ?? {})).toEqual(['2000', '3000', '4000', '5000'])
  })

  test('are not counted when the clock steps back to before them', () => {
    const circuit = new Circuit()
    circuit.report('a', counts)
    circuit.now -= 3_600_000
    expect(circuit.report('b', { windowMs: 10_000 }).answer).toMatchObject({ total: 0, failing: 0 })
  })

  test('open by a rule when the quorum has failures', () => {
    const circuit = new Circuit()
    circuit.report('a', counts)
    const opening = { event: 'opened_fleet_wide', delayMs: 9_000 } as const
    expect(circuit.report('a', opening).answer).toMatchObject({ state: 'closed', failing: 1 })
    circuit.report('b', counts)
    expect(circuit.report('a', opening).answer).toMatchObject({ state: 'open', failing: 2 })
  })

  test('are not lost by a report of an instance that shares none', () => {
    const circuit = new Circuit()
    circuit.report('a', counts)
    circuit.now += 1_000
    circuit.report('b', {})
    expect(circuit.report('c', { windowMs: 10_000 }).answer).toMatchObject({
      total: 10,
      failing: 1,
    })
  })

  test('start at 0 after an outage', () => {
    const circuit = new Circuit()
    circuit.report('a', counts)
    const fence = circuit.lease('a')
    const { answer } = circuit.report('a', { event: 'closed', fence })
    expect(answer).toMatchObject({ failing: 0 })
    expect(circuit.report('a', { windowMs: 10_000 }).answer.total).toBe(0)
  })
})

describe('commands', () => {
  test.for([
    ['force_open', 'forced_open'],
    ['disable', 'disabled'],
    ['metrics_only', 'metrics_only'],
    ['reset', 'closed'],
  ] as const)(
    '%s moves the circuit to %s, also while an instance holds the lease',
    ([event, state]) => {
      const circuit = new Circuit()
      circuit.lease('a')
      const { answer, hasChanged } = circuit.report('b', { event })
      expect(answer).toMatchObject({ state, by: 'b', holder: '', version: 2, reopens: 0 })
      expect(hasChanged).toBe(true)
    },
  )

  test('trip opens for its delay', () => {
    const { answer } = new Circuit().report('a', { event: 'trip', delayMs: 7_000 })
    expect(answer).toMatchObject({ state: 'open', forMs: 7_000, version: 1 })
  })

  test.for(['force_open', 'disable', 'metrics_only'] as const)(
    'votes do not open the circuit after %s',
    (event) => {
      const circuit = new Circuit()
      const { state } = circuit.report('c', { event }).answer
      expect(circuit.open().record).toMatchObject({ state, version: 1 })
    },
  )

  test('left removes all entries of an instance', () => {
    const circuit = new Circuit()
    circuit.report('a', {
      event: 'opened',
      delayMs: 9_000,
      windowMs: 10_000,
      total: 1,
      failures: 1,
    })
    const { answer } = circuit.report('a', { event: 'left' })
    expect(answer).toMatchObject({ instances: 0, reporters: 0, failing: 0 })
  })
})
