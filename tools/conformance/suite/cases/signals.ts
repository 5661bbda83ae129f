import type { Signal } from '@fluxgate/core'
import { COOLDOWN_MS, SubjectRig } from '@fluxgate/testkit/subject-rig'
import { assert } from 'chai'
import { cases } from '../conformance-case.ts'

export const signalCases = cases('5. Signals', {
  'a signal has every field of a transition': (s) => {
    const { core } = s
    const rig = new SubjectRig(s, {
      tripper: core.minRequests(4).and(core.failureRate(0.5).or(core.slowRate(1, 100))),
    })
    rig.succeed(2, 10)
    rig.fail(2, new Error('down'), 20)
    const timestamp = rig.clock.timestamp()
    assert.deepEqual<unknown>(rig.signals, [
      {
        circuitName: 'payments',
        oldState: 'closed',
        newState: 'open',
        timestamp,
        cause: 'rule',
        reason: 'failure rate 50 % ≥ 50 % over 4 calls',
        report: {
          type: 'and',
          args: [],
          rule: 'and',
          op: 'and',
          met: true,
          children: [
            {
              type: 'minRequests',
              args: [4],
              rule: 'requests',
              met: true,
              actual: 4,
              threshold: 4,
              unit: 'count',
            },
            {
              type: 'or',
              args: [],
              rule: 'or',
              op: 'or',
              met: true,
              children: [
                {
                  type: 'failureRate',
                  args: [0.5],
                  rule: 'failure rate',
                  met: true,
                  actual: 0.5,
                  threshold: 0.5,
                  unit: 'ratio',
                },
                {
                  type: 'slowRate',
                  args: [1, 100],
                  rule: 'slow rate (≥ 100 ms)',
                  met: false,
                  actual: 0,
                  threshold: 1,
                  unit: 'ratio',
                },
              ],
            },
          ],
        },
        metrics: {
          total: 4,
          failures: 2,
          ignored: 0,
          totalDurationMs: 60,
          failureStreak: 2,
          failureRate: 0.5,
          avgDurationMs: 15,
          slow: { 100: 0 },
        },
        retryAt: timestamp + COOLDOWN_MS,
      },
    ])
    assert.isFrozen(rig.signals[0])
    assert.isFrozen(rig.signals[0]?.metrics)
  },
  'each transition of a cycle has its cause': (s) => {
    const rig = new SubjectRig(s, { probes: 1 })
    rig.fail(3)
    rig.clock.advance(COOLDOWN_MS)
    rig.reopen()
    rig.succeed()
    rig.breaker.disable()
    assert.deepEqual(
      rig.signals.map(({ oldState, newState, cause }) => `${oldState}>${newState} ${cause}`),
      [
        'closed>open rule',
        'open>half_open retry',
        'half_open>open rule',
        'open>half_open retry',
        'half_open>closed probes',
        'closed>disabled manual',
      ],
    )
    assert.deepEqual(
      rig.signals.map((signal) => 'report' in signal),
      [true, false, true, false, false, false],
    )
    assert.deepEqual(
      rig.signals.map((signal) => 'retryAt' in signal),
      [true, false, true, false, false, false],
    )
  },
  'the new state is in force when a signal is delivered': (s) => {
    const seen: string[] = []
    const rig = new SubjectRig(s, {
      listeners: [
        ({ newState, retryAt }) => {
          const { state, retryAt: due } = rig.breaker.snapshot()
          seen.push(`${newState} ${rig.breaker.state} ${state} ${retryAt === due}`)
        },
      ],
    })
    rig.fail(3)
    rig.breaker.forceOpen()
    assert.deepEqual(seen, ['open open open true', 'forced_open forced_open forced_open true'])
  },
  'a call that a listener makes sees the new state': (s) => {
    const outcomes: boolean[] = []
    const rig = new SubjectRig(s, { listeners: [() => void outcomes.push(rig.admits())] })
    rig.fail(3)
    assert.deepEqual(outcomes, [false])
  },
  'a call during which the circuit cycles is one stale event': async (s) => {
    const rig = new SubjectRig(s, { probes: 1 })
    await rig.breaker.call(() => {
      rig.breaker.trip({ forMs: 1 })
      rig.clock.advance(1)
      rig.succeed()
    })
    assert.deepEqual(rig.transitions, ['closed>open', 'open>half_open', 'half_open>closed'])
    assert.deepEqual(
      rig.events.map(({ state, stale }) => `${state} ${stale}`),
      ['half_open false', 'closed true'],
    )
  },
  'timestamps use the wall clock, durations the monotonic clock': (s) => {
    const time = { now: 1_000, timestamp: 500_000 }
    const clock = { now: () => time.now, timestamp: () => time.timestamp }
    const signals: Signal[] = []
    const durations: unknown[] = []
    const breaker = new s.core.CircuitBreaker({
      name: 'x',
      tripper: s.core.failureStreak(1),
      retry: s.core.cooldown(50),
      clock,
      listeners: [
        {
          onSignal: (signal) => void signals.push(signal),
          onCall: ({ durationMs }) => void durations.push(durationMs),
        },
      ],
    })
    const ticket = breaker.acquire()
    time.now += 7
    time.timestamp += 90_000
    ticket.failure(new Error('down'))
    assert.deepEqual(durations, [7])
    assert.strictEqual(signals[0]?.timestamp, 590_000)
    assert.strictEqual(signals[0]?.retryAt, 590_050)
  },
  'half_open is signalled after the probe took its slot': (s) => {
    const permitted: unknown[] = []
    const rig = new SubjectRig(s, {
      probes: 1,
      listeners: [
        ({ newState }) => {
          const { state, metrics, permitted: admits } = rig.breaker.snapshot()
          permitted.push([newState, state, metrics.total, admits])
        },
      ],
    })
    rig.fail(3)
    rig.clock.advance(COOLDOWN_MS)
    rig.succeed()
    assert.deepEqual(permitted, [
      ['open', 'open', 0, false],
      ['half_open', 'half_open', 0, false],
      ['closed', 'closed', 0, true],
    ])
  },
  'probes that fail while the rule is false open with their own reason': (s) => {
    const tripper = s.core.slowRate(1, 1_000)
    const rig = new SubjectRig(s, { probes: 1, tripper }).enter('half_open')
    rig.fail()
    const signal = rig.signals[0]
    assert.deepInclude(signal, { cause: 'probes', reason: 'none of 1 probe succeeded' })
    assert.strictEqual(signal?.retryAt, rig.clock.timestamp() + COOLDOWN_MS)
    assert.notProperty(signal, 'report')
  },
  'every listener receives every signal while one changes the state in onCall': (s) => {
    const rig = new SubjectRig(s, {
      tripper: s.core.failureRate(0.1),
      listeners: [
        {
          onCall: ({ outcome }) => {
            if (outcome === 'failure') rig.breaker.disable()
          },
        },
        ({ newState }) => {
          if (newState === 'disabled') rig.breaker.callSync(() => rig.breaker.reset())
        },
      ],
    })
    rig.fail()
    assert.deepEqual(rig.transitions, ['closed>open', 'open>disabled', 'disabled>closed'])
  },
  'listeners are called before the caller receives the error': async (s) => {
    const order: string[] = []
    const rig = new SubjectRig(s, { listeners: [() => void order.push('listener')] })
    rig.fail(2)
    await rig.breaker.call(() => Promise.reject('down')).catch(() => order.push('caller'))
    assert.deepEqual(order, ['listener', 'caller'])
  },
  'a signal to open and a shadow verdict have the error, which is not enumerable': (s) => {
    const down = new Error('down')
    for (const state of ['closed', 'half_open', 'metrics_only'] as const) {
      const rig = new SubjectRig(s).enter(state)
      rig.fail(3, down)
      const [signal] = rig.signals
      assert.strictEqual(signal?.error, down, state)
      assert.notInclude(Object.keys(signal ?? {}), 'error')
      assert.notProperty(JSON.parse(JSON.stringify(signal)), 'error')
    }
  },
  'other signals have no error': (s) => {
    const tracker = s.core.resultWhere((value) => value === 503)
    const rig = new SubjectRig(s, { probes: 1, tracker })
    for (let i = 0; i < 3; i++) rig.breaker.acquire().success(503)
    rig.clock.advance(COOLDOWN_MS)
    rig.succeed()
    rig.breaker.trip()
    assert.lengthOf(rig.signals, 4)
    for (const signal of rig.signals) assert.notProperty(signal, 'error')
  },
})
