import type { Ticket } from '@fluxgate/core'
import { SubjectRig } from '@fluxgate/testkit/subject-rig'
import { thrown } from '@fluxgate/testkit/thrown'
import { assert } from 'chai'
import { type ConformanceCase, cases, table } from '../conformance-case.ts'

type End = 'success' | 'failure' | 'release'
const ends = ['success', 'failure', 'release'] as const
const recordedAfter = { success: '1/0', failure: '1/1', release: '0/0' }
const settle = (ticket: Ticket, end: End) => ticket[end](new Error('down'))

const firstWins = table(
  '4. Tickets',
  ends.flatMap((first) => ends.map((second) => ({ first, second }))),
  ({ first, second }) => `after ${first}(), ${second}() has no effect`,
  ({ first, second }, subject) => {
    const rig = new SubjectRig(subject)
    const ticket = rig.breaker.acquire()
    settle(ticket, first)
    settle(ticket, second)
    assert.strictEqual(rig.recorded, recordedAfter[first])
    assert.strictEqual(rig.events.length, 1)
    assert.strictEqual(rig.breaker.inFlight, 0)
  },
)

const uses = cases('4. Tickets', {
  'the duration of a ticket runs from acquire() to its settlement': (s) => {
    const rig = new SubjectRig(s)
    const ticket = rig.breaker.acquire()
    rig.clock.advance(250)
    ticket.success()
    assert.strictEqual(rig.events[0]?.durationMs, 250)
    assert.strictEqual(rig.breaker.snapshot().metrics.totalDurationMs, 250)
  },
  'the tracker classifies the value and the error of a ticket': (s) => {
    const { core } = s
    const tracker = core.errorType(TypeError).or(core.resultWhere((value) => value === 500))
    const rig = new SubjectRig(s, { tracker })
    rig.breaker.acquire().success(500)
    rig.breaker.acquire().success(200)
    rig.breaker.acquire().failure(new TypeError())
    rig.breaker.acquire().failure(new RangeError())
    assert.deepEqual(rig.outcomes, ['failure', 'success', 'failure', 'success'])
  },
  'a ticket that ends after its time limit counts as a timeout': (s) => {
    for (const [options, timeoutMs] of [
      [undefined, 50],
      [{ timeoutMs: 80 }, 80],
    ] as const) {
      for (const end of ['success', 'failure'] as const) {
        for (const acquire of ['acquire', 'tryAcquire'] as const) {
          const rig = new SubjectRig(s, { timeoutMs: 50 })
          for (const late of [0, 1]) {
            const ticket = rig.breaker[acquire](options)
            rig.clock.advance(timeoutMs + late)
            ticket?.[end](new RangeError('x'))
          }
          const [inTime, late] = rig.events
          assert.strictEqual(inTime?.outcome, end)
          assert.notInstanceOf(inTime?.error, s.core.TimeoutError)
          assert.strictEqual(late?.outcome, 'failure')
          assert.instanceOf(late?.error, s.core.TimeoutError)
          assert.deepInclude(late?.error, { circuitName: 'payments', timeoutMs })
        }
      }
    }
  },
  'a ticket with timeoutMs: Infinity has no time limit, and release() has none': (s) => {
    const rig = new SubjectRig(s, { timeoutMs: 50 })
    const stream = rig.breaker.acquire({ timeoutMs: Number.POSITIVE_INFINITY })
    const released = rig.breaker.acquire()
    rig.clock.advance(1e9)
    stream.success()
    released.release()
    assert.deepEqual(rig.outcomes, ['success', 'ignored'])
  },
  'the options of a ticket are checked': (s) => {
    const { breaker } = new SubjectRig(s)
    for (const acquire of ['acquire', 'tryAcquire'] as const) {
      assert.match(
        String(thrown(() => breaker[acquire]({ timeoutMs: 0 }))),
        new RegExp(`RangeError: ${acquire}: timeoutMs must be .* got 0`),
      )
      assert.match(
        String(thrown(() => breaker[acquire]({ timeout: 5 } as never))),
        /one of timeoutMs, got "timeout"/,
      )
    }
    assert.strictEqual(breaker.inFlight, 0)
  },
  'release() is not recorded': (s) => {
    const rig = new SubjectRig(s)
    rig.breaker.acquire().release()
    assert.deepEqual(rig.outcomes, ['ignored'])
    assert.strictEqual(rig.recorded, '0/0')
  },
  'acquire() throws the rejection, tryAcquire() returns undefined, and both emit an event': (s) => {
    const rig = new SubjectRig(s).enter('forced_open')
    assert.instanceOf(
      thrown(() => rig.breaker.acquire()),
      s.core.CallNotPermittedError,
    )
    assert.isUndefined(rig.breaker.tryAcquire())
    assert.deepEqual(rig.outcomes, ['rejected', 'rejected'])
    assert.strictEqual(rig.breaker.rejections, 2)
  },
  'a ticket is in flight until it settles': (s) => {
    const { breaker } = new SubjectRig(s)
    const ticket = breaker.acquire()
    assert.strictEqual(breaker.inFlight, 1)
    ticket.success()
    assert.strictEqual(breaker.inFlight, 0)
  },
  'Symbol.dispose of a ticket releases it unless it is settled': (s) => {
    const rig = new SubjectRig(s)
    const dispose: typeof Symbol.dispose = Symbol.dispose ?? Symbol.for('Symbol.dispose')
    const ticket = rig.breaker.acquire()
    ticket[dispose]()
    assert.deepEqual(rig.outcomes, ['ignored'])
    const settled = rig.breaker.acquire()
    settled.success()
    settled[dispose]()
    assert.deepEqual(rig.outcomes, ['ignored', 'success'])
  },
  'the methods of a ticket work without the ticket': (s) => {
    const rig = new SubjectRig(s)
    const { success } = rig.breaker.acquire()
    success()
    const { failure } = rig.breaker.acquire()
    failure(new Error('down'))
    assert.strictEqual(rig.recorded, '2/1')
  },
})

export const ticketCases: readonly ConformanceCase[] = [...firstWins, ...uses]
