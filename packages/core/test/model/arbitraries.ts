import fc from '@fluxgate/testkit/fast-check'
import { states } from '@fluxgate/testkit/subject-rig'
import type { Action, End, ListenerKind, ManualTransition, Operation } from './operation.ts'
import type {
  InitialSetup,
  PermitSetup,
  RetrySetup,
  RuleSetup,
  Setup,
  WindowSetup,
} from './setup.ts'

// All times are whole milliseconds and all draws are eighths. So every sum is exact, and a step can
// land exactly on a boundary or right before it.

/** One of the arbitraries, chosen by weight. */
function mix<T>(...parts: readonly (readonly [number, fc.Arbitrary<T>])[]): fc.Arbitrary<T> {
  return fc.oneof(...parts.map(([weight, arbitrary]) => ({ weight, arbitrary })))
}

const is = fc.constant
const from = fc.constantFrom

// Setups

const count = fc.integer({ min: 1, max: 4 })
const ratio = from(0.25, 1 / 3, 0.5, 0.75, 1)
const slowMs = from(1, 3, 8)

const window = mix<WindowSetup>(
  [1, fc.record({ type: is('count'), size: fc.integer({ min: 1, max: 6 }) })],
  [
    1,
    fc.record({
      type: is('time'),
      durationMs: from(1, 8, 24, 60),
      buckets: fc.integer({ min: 1, max: 4 }),
    }),
  ],
)

const { rule } = fc.letrec<{ rule: RuleSetup }>((tie) => {
  const leaf = mix<RuleSetup>(
    [3, fc.record({ type: is('failureRate'), ratio })],
    [2, fc.record({ type: from('minRequests', 'failureCount', 'failureStreak'), n: count })],
    [2, fc.record({ type: is('slowRate'), ratio, ms: slowMs })],
    [1, fc.record({ type: is('avgLatency'), ms: slowMs })],
    [1, fc.record({ type: from('whileClosed', 'whileHalfOpen') })],
  )
  const pair = fc.record({ type: from('and', 'or'), left: tie('rule'), right: tie('rule') })
  const opposite = fc.record({ type: is('not'), rule: tie('rule') })
  return { rule: fc.oneof({ maxDepth: 3 }, leaf, pair, pair, opposite) }
})

/** False for a rule that a breaker rejects, because it can be met in no state. */
const canBeMet = (rule: RuleSetup) => canBe(rule, 'closed', true) || canBe(rule, 'half_open', true)

function canBe(rule: RuleSetup, state: 'closed' | 'half_open', met: boolean): boolean {
  switch (rule.type) {
    case 'whileClosed':
      return (state === 'closed') === met
    case 'whileHalfOpen':
      return (state === 'half_open') === met
    case 'not':
      return canBe(rule.rule, state, !met)
    case 'and':
    case 'or': {
      const sides = [rule.left, rule.right].map((side) => canBe(side, state, met))
      return (rule.type === 'and') === met ? sides.every(Boolean) : sides.some(Boolean)
    }
    default:
      return true
  }
}

const jitter = from(0, 0.5, 1)
const retry = mix<RetrySetup>(
  [1, fc.record({ type: from('retryAlways', 'retryAlways', 'retryNever') })],
  [2, fc.record({ type: is('cooldown'), durationMs: from(8, 16), jitter })],
  [
    2,
    fc.record({
      type: is('backoff'),
      initialMs: is(8),
      // the last one overflows at the second reopening
      multiplier: from(1, 2, 1e200),
      maxMs: from(8, 30, 64),
      jitter,
    }),
  ],
)

const share = from(0.125, 0.5, 1)
const permit = mix<PermitSetup>(
  [4, fc.record({ type: is('all') })],
  [1, fc.record({ type: from('cautious', 'early') })],
  [1, fc.record({ type: is('random'), ratio: share })],
  [1, fc.record({ type: is('patient'), afterMs: from(1, 8) })],
  [
    4,
    fc
      .record({ type: is('ramp'), from: share, to: share, durationMs: from(1, 8, 40) })
      .filter((ramp) => ramp.from <= ramp.to),
  ],
)

/** Only an open circuit has a retry time, and only open and half-open ones have reopened. */
const snapshot: fc.Arbitrary<InitialSetup> = fc
  .record({
    state: from(...states),
    since: from(-100, -20, 0, 5),
    retryAt: from(-10, 1, 30, 400, undefined),
    reopens: fc.nat({ max: 3 }),
    cause: from('rule', 'manual'),
    reason: from('', 'failure rate 62 %'),
  })
  .map(({ retryAt, reopens, ...rest }) => ({
    ...rest,
    ...(rest.state === 'open' && retryAt !== undefined && { retryAt }),
    reopens: rest.state === 'open' || rest.state === 'half_open' ? reopens : 0,
  }))

/** Every setup whose options do not contradict each other. */
export const setups: fc.Arbitrary<Setup> = fc
  .record(
    {
      window,
      tracker: from('any', 'any', 'typed', 'untyped', 'results', 'resultsOnly'),
      ignore: from('nothing', 'others'),
      rule: rule.filter(canBeMet),
      retry,
      permit,
      probes: count,
      probeLeaseMs: from(5, 20, 1000),
      timeoutMs: from(3, 5, Number.POSITIVE_INFINITY),
      deadline: from('failure', 'ignore'),
      timed: fc.boolean(),
      initial: mix<Setup['initial']>([2, is(undefined)], [1, from(...states)], [2, snapshot]),
    },
    { requiredKeys: ['window', 'tracker', 'rule', 'retry', 'permit', 'probes'] },
  )
  .map(({ initial, ...setup }) => ({
    ...setup,
    ...(initial !== undefined && { initial }),
    rule: fitting(setup.rule, setup.window),
  }))

/** Lowers minRequests and failureCount to the size of the window: a breaker rejects a rule that needs more. */
function fitting(rule: RuleSetup, window: WindowSetup): RuleSetup {
  switch (rule.type) {
    case 'minRequests':
    case 'failureCount':
      return window.type === 'time' ? rule : { ...rule, n: Math.min(rule.n, window.size) }
    case 'and':
    case 'or': {
      const [left, right] = [fitting(rule.left, window), fitting(rule.right, window)]
      return { ...rule, left, right }
    }
    case 'not':
      return { ...rule, rule: fitting(rule.rule, window) }
    default:
      return rule
  }
}

// Operations

const pick = fc.nat({ max: 7 })
const fallback = is(true)
const end = mix<End>(
  [6, is('good')],
  [4, is('outage')],
  [2, from('bad', 'other')],
  [2, from('busy', 'hasty', 'rejection', 'abortError')],
  [2, from('own', 'ownWrapped')],
)
const move = mix<ManualTransition>(
  [1, from('reset', 'trip')],
  [1, from('forceOpen', 'disable', 'metricsOnly')],
  [1, is('halfOpen')],
)

const action = mix<Action>(
  [
    10,
    fc.record(
      {
        do: is('start'),
        by: from('call', 'call', 'acquire', 'tryAcquire'),
        abortable: fc.boolean(),
        timeoutMs: from(1, 4, 30, Number.POSITIVE_INFINITY),
        fallback,
      },
      { requiredKeys: ['do', 'by'] },
    ),
  ],
  [6, fc.record({ do: is('callSync'), end, fallback }, { requiredKeys: ['do', 'end'] })],
  [
    1,
    fc.record(
      {
        do: is('callSync'),
        end: mix<End | 'promise'>([4, end], [1, is('promise')]),
        move,
        fallback,
      },
      { requiredKeys: ['do', 'end'] },
    ),
  ],
  [
    12,
    fc.record({ do: is('settle'), pick, end: mix<End | 'release'>([9, end], [1, is('release')]) }),
  ],
  [1, fc.record({ do: is('startAborted'), deadline: fc.boolean() })],
  [3, fc.record({ do: is('abort'), pick, deadline: fc.boolean() })],
  [1, fc.record({ do: is('settleAgain'), pick, end })],
  [5, fc.record({ do: is('advance'), ms: from(0, 1, 1, 2, 3, 5, 8, 100) })],
  [1, fc.record({ do: is('stall'), ms: from(1, 8, 13, 20, 50) })],
  [1, fc.record({ do: is('stepBack'), ms: from(1, 30, 100_000) })],
  [1, fc.record({ do: is('judge') })],
  [
    6,
    fc.record({
      do: is('advanceTo'),
      boundary: from('retry', 'retry', 'ramp', 'lease'),
      plusMs: from(0, 0, -1, -2, 1),
    }),
  ],
  [
    1,
    fc.record(
      { do: is('move'), move, forMs: from(1, 10, 50), reopens: fc.nat({ max: 3 }) },
      { requiredKeys: ['do', 'move'] },
    ),
  ],
  [
    1,
    fc.record({
      do: is('subscribe'),
      kind: from<ListenerKind[]>(
        'signals',
        'calls',
        'untimed',
        'both',
        'throwing',
        'reset',
        'forceOpen',
      ),
    }),
  ],
  [1, fc.record({ do: is('unsubscribe'), pick })],
)

export const operations: fc.Arbitrary<Operation> = fc
  .tuple(action, fc.nat({ max: 7 }), fc.boolean())
  .map(([what, eighths, compare]) => ({ ...what, eighths, compare }))
