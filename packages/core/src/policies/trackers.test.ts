import fc from '@fluxgate/testkit/fast-check'
import { describe, expect, test } from 'vitest'
import { CircuitBreaker } from '../circuit-breaker.ts'
import { CallNotPermittedError } from '../model/errors.ts'
import { anyError, errorType, errorWhere, resultWhere, type Tracker } from './trackers.ts'

/** The outcome of a call through a breaker with that tracker. */
function outcomeOf(tracker: Tracker, fn: () => unknown): string {
  const outcomes: string[] = []
  const breaker = new CircuitBreaker({
    name: 'payments',
    tracker,
    listeners: [{ onCall: ({ outcome }) => outcomes.push(outcome) }],
  })
  try {
    breaker.callSync(fn)
  } catch {
    // the test looks at the outcome only
  }
  return outcomes.join()
}

const outcomeOfResult = (tracker: Tracker, value: unknown) => outcomeOf(tracker, () => value)
const outcomeOfError = (tracker: Tracker, error: unknown) =>
  outcomeOf(tracker, () => {
    throw error
  })

test.each([
  ['errorWhere', outcomeOfError, errorWhere, 'ignored'],
  ['resultWhere', outcomeOfResult, resultWhere, 'success'],
] as const)('%s accepts a predicate that returns a truthy value', (_name, of, where, otherwise) => {
  const code = (value: unknown) => (value as { code?: string }).code as never
  expect(of(where(code), { code: 'ECONNRESET' })).toBe('failure')
  expect(of(where(code), {})).toBe(otherwise)
})

describe('composed trackers', () => {
  const error = errorWhere(() => true)
  const result = resultWhere(() => true)

  test('nest to any depth as booleans do', () => {
    interface Node {
      readonly tracker: Tracker
      readonly evaluate: (facts: readonly boolean[]) => boolean
    }
    const leaf = fc.nat(3).map<Node>((i) => ({
      tracker: errorWhere((facts) => (facts as boolean[])[i] === true),
      evaluate: (facts) => facts[i] === true,
    }))
    const { tree } = fc.letrec<{ tree: Node }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 5, withCrossShrink: true },
        leaf,
        tie('tree').map<Node>((a) => ({
          tracker: a.tracker.not(),
          evaluate: (f) => !a.evaluate(f),
        })),
        fc.tuple(tie('tree'), tie('tree')).map<Node>(([a, b]) => ({
          tracker: a.tracker.and(b.tracker),
          evaluate: (f) => a.evaluate(f) && b.evaluate(f),
        })),
        fc.tuple(tie('tree'), tie('tree')).map<Node>(([a, b]) => ({
          tracker: a.tracker.or(b.tracker),
          evaluate: (f) => a.evaluate(f) || b.evaluate(f),
        })),
      ),
    }))
    const facts = fc.array(fc.boolean(), { minLength: 4, maxLength: 4 })
    fc.assert(
      fc.property(tree, facts, ({ tracker, evaluate }, values) => {
        expect(outcomeOfError(tracker, values)).toBe(evaluate(values) ? 'failure' : 'ignored')
      }),
    )
  })

  test('throw for and() of an error with a result', () => {
    expect(() => error.and(result)).toThrow(TypeError)
    expect(() => result.and(error)).toThrow(
      'and: trackers must be both of errors, or both of results (use or() to combine errors with results), got ["resultWhere","errorWhere"]',
    )
  })

  test('match with and() only the kind of outcome that both match', () => {
    const tracker = anyError().or(result).and(error)
    expect(outcomeOfError(tracker, 'x')).toBe('failure')
    expect(outcomeOfResult(tracker, 'x')).toBe('success')
  })

  test('are frozen', () => {
    expect(error.and(anyError())).toSatisfy(Object.isFrozen)
    expect(error.or(result)).toSatisfy(Object.isFrozen)
    expect(error.not()).toSatisfy(Object.isFrozen)
  })
})

describe('a rejection of another circuit', () => {
  const rejection = new CallNotPermittedError({
    circuitName: 'inner',
    state: 'open',
    reason: 'tripped manually',
  })
  class CustomRejection extends CallNotPermittedError {}

  test.each<[string, () => Tracker]>([
    ['errorType(Error)', () => errorType(Error)],
    ['errorType(TypeError).not()', () => errorType(TypeError).not()],
    ['anyError().or(errorType(Error))', () => anyError().or(errorType(Error))],
  ])('is ignored by %s', (_name, make) => {
    expect(outcomeOfError(make(), rejection)).toBe('ignored')
  })

  test.each<[string, () => Tracker]>([
    ['a list of classes', () => errorType(TypeError, CallNotPermittedError)],
    ['or() on the left', () => errorType(CallNotPermittedError).or(errorType(TypeError))],
    ['or() on the right', () => errorType(TypeError).or(errorType(CallNotPermittedError))],
    ['and() on the right', () => anyError().and(errorType(CallNotPermittedError))],
    ['two nots', () => errorType(CallNotPermittedError).not().not()],
  ])('is a failure when its class is in %s', (_name, make) => {
    expect(outcomeOfError(make(), rejection)).toBe('failure')
  })

  test('is a failure for errorType() of a subclass only when it is an instance of it', () => {
    const tracker = errorType(CustomRejection)
    expect(
      outcomeOfError(
        tracker,
        new CustomRejection({ circuitName: 'inner', state: 'open', reason: 'tripped manually' }),
      ),
    ).toBe('failure')
    expect(outcomeOfError(tracker, rejection)).toBe('ignored')
  })
})
