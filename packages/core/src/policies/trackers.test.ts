import fc from '@fluxgate/testkit/fast-check'
import { describe, expect, test } from 'vitest'
import { CircuitBreaker } from '../circuit-breaker.ts'
import { CallNotPermittedError, TimeoutError } from '../model/errors.ts'
import { anyError, errorType, errorWhere, resultWhere, type Tracker } from './trackers.ts'

/** What a breaker with that tracker makes of a call, in its event and in its window. */
function outcomeOf(tracker: Tracker, run: () => unknown): string {
  const outcomes: string[] = []
  const breaker = new CircuitBreaker({
    name: 'judged',
    tracker,
    listeners: [{ onCall: ({ outcome }) => outcomes.push(outcome) }],
  })
  try {
    breaker.callSync(run)
  } catch {
    // it is the judgement that counts
  }
  const { total, failures } = breaker.snapshot().metrics
  return `${outcomes.join()}: ${failures} of ${total}`
}

const FAILURE = 'failure: 1 of 1'
const SUCCESS = 'success: 0 of 1'
const IGNORED = 'ignored: 0 of 0'

const ofResult = (tracker: Tracker, value: unknown) => outcomeOf(tracker, () => value)
const ofError = (tracker: Tracker, error: unknown) =>
  outcomeOf(tracker, () => {
    throw error
  })

class HttpError extends Error {
  readonly status: number
  constructor(status: number) {
    super(`status ${status}`)
    this.status = status
  }
}

describe('anyError', () => {
  test('takes every error for a failure, whatever was thrown, and every result for a success', () => {
    for (const thrown of [new Error('x'), new TypeError('x'), 'a string', 0, null, undefined]) {
      expect(ofError(anyError(), thrown)).toBe(FAILURE)
    }
    for (const value of [undefined, null, false, 0, new Error('returned, not thrown')]) {
      expect(ofResult(anyError(), value)).toBe(SUCCESS)
    }
  })
})

describe('errorType', () => {
  test('takes instances of any of its classes for failures and ignores the rest', () => {
    const tracker = errorType(HttpError, RangeError)
    expect(ofError(tracker, new HttpError(404))).toBe(FAILURE)
    expect(ofError(tracker, new (class extends HttpError {})(404))).toBe(FAILURE)
    expect(ofError(tracker, new RangeError('x'))).toBe(FAILURE)
    expect(ofError(tracker, new TypeError('x'))).toBe(IGNORED)
    expect(ofError(tracker, 'a string')).toBe(IGNORED)
    expect(ofResult(tracker, new HttpError(404))).toBe(SUCCESS)
  })

  test('takes a TimeoutError like any other', () => {
    const timeout = new TimeoutError('other', 100)
    expect(ofError(errorType(TimeoutError), timeout)).toBe(FAILURE)
    expect(ofError(errorType(Error), timeout)).toBe(FAILURE)
    expect(ofError(errorType(TypeError), timeout)).toBe(IGNORED)
  })
})

describe('errorWhere', () => {
  test('takes the errors that its predicate picks for failures and ignores the rest', () => {
    const tracker = errorWhere((error) => error instanceof HttpError && error.status >= 500)
    expect(ofError(tracker, new HttpError(500))).toBe(FAILURE)
    expect(ofError(tracker, new HttpError(499))).toBe(IGNORED)
    expect(ofResult(tracker, new HttpError(500))).toBe(SUCCESS)
  })
})

describe('resultWhere', () => {
  test('takes the results that its predicate picks for failures and ignores every error', () => {
    const tracker = resultWhere<number>((status) => status >= 500)
    expect(ofResult(tracker, 500)).toBe(FAILURE)
    expect(ofResult(tracker, 499)).toBe(SUCCESS)
    expect(ofError(tracker, new Error('x'))).toBe(IGNORED)
  })
})

test.each([
  ['errorWhere', ofError, errorWhere, IGNORED],
  ['resultWhere', ofResult, resultWhere, SUCCESS],
] as const)('%s goes by truth, as filter does', (_name, of, where, otherwise) => {
  const code = (value: unknown) => (value as { code?: string }).code as never
  expect(of(where(code), { code: 'ECONNRESET' })).toBe(FAILURE)
  expect(of(where(code), {})).toBe(otherwise)
})

describe('composition', () => {
  const yes = errorWhere(() => true)
  const no = errorWhere(() => false)
  const yesResult = resultWhere(() => true)
  const noResult = resultWhere(() => false)

  test.each([
    [true, true],
    [true, false],
    [false, true],
    [false, false],
  ])('of %s and %s', (a, b) => {
    const [left, right] = [a ? yes : no, b ? yes : no]
    expect(ofError(left.and(right), 'x')).toBe(a && b ? FAILURE : IGNORED)
    expect(ofError(left.or(right), 'x')).toBe(a || b ? FAILURE : IGNORED)
    expect(ofError(left.not(), 'x')).toBe(a ? IGNORED : FAILURE)

    const [leftResult, rightResult] = [a ? yesResult : noResult, b ? yesResult : noResult]
    expect(ofResult(leftResult.and(rightResult), 'x')).toBe(a && b ? FAILURE : SUCCESS)
    expect(ofResult(leftResult.or(rightResult), 'x')).toBe(a || b ? FAILURE : SUCCESS)
    expect(ofResult(leftResult.not(), 'x')).toBe(a ? SUCCESS : FAILURE)

    const mixed = left.or(rightResult)
    expect(ofError(mixed, 'x')).toBe(a ? FAILURE : IGNORED)
    expect(ofResult(mixed, 'x')).toBe(b ? FAILURE : SUCCESS)
    expect(ofError(mixed.not(), 'x')).toBe(a ? IGNORED : FAILURE)
    expect(ofResult(mixed.not(), 'x')).toBe(b ? SUCCESS : FAILURE)
  })

  test('nests to any depth as booleans do', () => {
    interface Both {
      readonly tracker: Tracker
      readonly truth: (facts: readonly boolean[]) => boolean
    }
    const leaf = fc.nat(3).map<Both>((i) => ({
      tracker: errorWhere((facts) => (facts as boolean[])[i] === true),
      truth: (facts) => facts[i] === true,
    }))
    const { tree } = fc.letrec<{ tree: Both }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 5, withCrossShrink: true },
        leaf,
        tie('tree').map<Both>((a) => ({ tracker: a.tracker.not(), truth: (f) => !a.truth(f) })),
        fc.tuple(tie('tree'), tie('tree')).map<Both>(([a, b]) => ({
          tracker: a.tracker.and(b.tracker),
          truth: (f) => a.truth(f) && b.truth(f),
        })),
        fc.tuple(tie('tree'), tie('tree')).map<Both>(([a, b]) => ({
          tracker: a.tracker.or(b.tracker),
          truth: (f) => a.truth(f) || b.truth(f),
        })),
      ),
    }))
    const facts = fc.array(fc.boolean(), { minLength: 4, maxLength: 4 })
    fc.assert(
      fc.property(tree, facts, ({ tracker, truth }, given) => {
        expect(ofError(tracker, given)).toBe(truth(given) ? FAILURE : IGNORED)
      }),
    )
  })

  test('not() says nothing about what its tracker says nothing about', () => {
    expect(ofResult(anyError().not(), 'x')).toBe(SUCCESS)
    expect(ofError(anyError().not(), 'x')).toBe(IGNORED)
    expect(ofError(resultWhere(() => true).not(), 'x')).toBe(IGNORED)
  })

  test('and() of an error with a result throws: no outcome is both', () => {
    expect(() => yes.and(yesResult)).toThrow(TypeError)
    expect(() => yesResult.and(yes)).toThrow(
      'and: trackers must be of errors both, or of results both (use or() to join an error with a result), got ["resultWhere","errorWhere"]',
    )
  })

  test('and() keeps the kind that both judge', () => {
    const tracker = anyError().or(yesResult).and(no)
    expect(ofError(tracker, 'x')).toBe(IGNORED)
    expect(ofResult(tracker, 'x')).toBe(SUCCESS)
  })
})

describe('a rejection by another circuit', () => {
  const rejection = new CallNotPermittedError('inner', 'open')
  class NamedRejection extends CallNotPermittedError {}

  test.each<[string, () => Tracker]>([
    ['anyError()', () => anyError()],
    ['errorType(Error)', () => errorType(Error)],
    ['errorWhere(() => true)', () => errorWhere(() => true)],
    ['errorType(TypeError).not()', () => errorType(TypeError).not()],
    ['errorWhere(() => false).not()', () => errorWhere(() => false).not()],
    ['anyError().or(errorType(Error))', () => anyError().or(errorType(Error))],
    ['anyError().and(errorType(Error))', () => anyError().and(errorType(Error))],
    ['anyError().or(resultWhere(() => true))', () => anyError().or(resultWhere(() => true))],
    ['errorType(CallNotPermittedError).not()', () => errorType(CallNotPermittedError).not()],
  ])('is ignored by %s', (_name, make) => {
    expect(ofError(make(), rejection)).toBe(IGNORED)
  })

  test.each<[string, () => Tracker]>([
    ['alone', () => errorType(CallNotPermittedError)],
    ['among others', () => errorType(TypeError, CallNotPermittedError)],
    ['left of or', () => errorType(CallNotPermittedError).or(errorType(TypeError))],
    ['right of or', () => errorType(TypeError).or(errorType(CallNotPermittedError))],
    ['left of and', () => errorType(CallNotPermittedError).and(anyError())],
    ['right of and', () => anyError().and(errorType(CallNotPermittedError))],
    ['under two nots', () => errorType(CallNotPermittedError).not().not()],
  ])('is judged where it is named: %s', (_name, make) => {
    expect(ofError(make(), rejection)).toBe(FAILURE)
  })

  test('is judged by a subclass that is named, if it is one', () => {
    expect(ofError(errorType(NamedRejection), new NamedRejection('inner', 'open'))).toBe(FAILURE)
    expect(ofError(errorType(NamedRejection), rejection)).toBe(IGNORED)
  })

  test('does not cascade through nested circuits', async () => {
    const inner = new CircuitBreaker({ name: 'inner' })
    const outer = new CircuitBreaker({ name: 'outer' })
    inner.forceOpen()
    for (let i = 0; i < 20; i++) {
      await expect(outer.call(() => inner.call(() => 'x'))).rejects.toThrow(CallNotPermittedError)
    }
    expect(outer.state).toBe('closed')
    expect(outer.snapshot().metrics.total).toBe(0)
  })
})

describe('a tracker is a value', () => {
  function isDown() {
    return true
  }
  const trackers: Tracker[] = [
    anyError(),
    errorType(TypeError),
    errorWhere(isDown),
    resultWhere(isDown),
    anyError().and(errorWhere(isDown)),
    anyError().or(resultWhere(isDown)),
    anyError().not(),
  ]

  test('and frozen', () => {
    expect(trackers.filter((tracker) => !Object.isFrozen(tracker))).toEqual([])
  })

  test('that reads back as the call that made it', () => {
    expect(errorType(TypeError, HttpError).toJSON()).toEqual({
      type: 'errorType',
      args: ['TypeError', 'HttpError'],
    })
    expect(JSON.parse(JSON.stringify(anyError().or(resultWhere(isDown)).not()))).toEqual({
      type: 'not',
      args: [
        {
          type: 'or',
          args: [
            { type: 'anyError', args: [] },
            { type: 'resultWhere', args: ['isDown'] },
          ],
        },
      ],
    })
    expect(errorWhere(isDown).and(anyError()).toJSON()).toEqual({
      type: 'and',
      args: [
        { type: 'errorWhere', args: ['isDown'] },
        { type: 'anyError', args: [] },
      ],
    })
  })
})
