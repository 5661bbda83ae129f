import fc from '@fluxgate/testkit/fast-check'
import { describe, expect, test } from 'vitest'
import { CircuitBreaker } from '../circuit-breaker.ts'
import { CallNotPermittedError } from '../model/errors.ts'
import {
  anyError,
  errorNamed,
  errorType,
  errorWhere,
  resultWhere,
  serviceError,
  type Tracker,
} from './trackers.ts'

/** The outcome of a call through a breaker with that tracker. */
function outcomeOf(tracker: Tracker, fn: () => unknown, ignore?: Tracker | false): string {
  const outcomes: string[] = []
  const breaker = new CircuitBreaker({
    name: 'payments',
    tracker,
    ignore,
    listeners: [{ onCall: ({ outcome }) => outcomes.push(outcome) }],
  })
  try {
    breaker.callSync(fn)
  } catch {
    // the test looks at the outcome only
  }
  return outcomes.join()
}

const outcomeOfResult = (tracker: Tracker, value: unknown, ignore?: Tracker | false) =>
  outcomeOf(tracker, () => value, ignore)
const outcomeOfError = (tracker: Tracker, error: unknown, ignore?: Tracker | false) =>
  outcomeOf(
    tracker,
    () => {
      throw error
    },
    ignore,
  )

test.each([
  ['errorWhere', outcomeOfError, errorWhere],
  ['resultWhere', outcomeOfResult, resultWhere],
] as const)('%s accepts a predicate that returns a truthy value', (_name, of, where) => {
  const code = (value: unknown) => (value as { code?: string }).code as never
  expect(of(where(code), { code: 'ECONNRESET' })).toBe('failure')
  expect(of(where(code), {})).toBe('success')
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
        expect(outcomeOfError(tracker, values)).toBe(evaluate(values) ? 'failure' : 'success')
      }),
    )
  })

  test('throw for and() of an error with a result', () => {
    expect(() => error.and(result)).toThrow(TypeError)
    expect(() => result.and(error)).toThrow(
      'and: trackers must be both of errors, or both of results (use or() to combine both), got ["resultWhere","errorWhere"]',
    )
  })

  test('throw for a value that is no tracker', () => {
    for (const join of ['and', 'or'] as const) {
      expect(() => error[join](5 as never)).toThrow(
        `${join}: tracker must be a tracker such as anyError(), got 5`,
      )
    }
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

const httpError = (status: unknown) => Object.assign(new Error('http'), { status })

describe('serviceError', () => {
  test('makes an error an answer for the statuses 300 to 499 except 429', () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 599 }), (status) => {
        const answer = status >= 300 && status <= 499 && status !== 429
        expect(outcomeOfError(serviceError(), httpError(status))).toBe(
          answer ? 'success' : 'failure',
        )
      }),
      { examples: [[299], [300], [499], [500], [429], [428], [430]] },
    )
  })

  test.each<[string, (status: number) => object]>([
    ['ky, ofetch, OpenAI', (status) => httpError(status)],
    ['superagent, Stripe, ofetch', (statusCode) => ({ statusCode })],
    ['axios', (status) => ({ code: 'ERR_BAD_REQUEST', status, response: { status, data: {} } })],
    ['axios before 1.7, ky', (status) => ({ name: 'HTTPError', response: { status } })],
    ['got', (statusCode) => ({ code: 'ERR_NON_2XX_3XX_RESPONSE', response: { statusCode } })],
    ['AWS', (httpStatusCode) => ({ name: 'NoSuchKey', $metadata: { httpStatusCode } })],
  ])('reads the status of an error of %s', (_client, error) => {
    expect(outcomeOfError(serviceError(), error(404))).toBe('success')
    expect(outcomeOfError(serviceError(), error(503))).toBe('failure')
    expect(outcomeOfError(serviceError(), error(429))).toBe('failure')
  })

  test.each<[string, unknown]>([
    ['without a status', new Error('ECONNRESET')],
    ['that is undefined', undefined],
    ['that is null', null],
    ['that is a text', 'down'],
    ['with a status that is a text', httpError('404')],
    ['with a gRPC status', httpError(5)],
    ['with status 0', httpError(0)],
    ['with status 404.5', httpError(404.5)],
    ['with a status above 599', httpError(999)],
    ['without a response', { code: 'ECONNABORTED', response: undefined }],
    ['with a response that is null', { response: null, $metadata: null }],
  ])('counts an error %s as a failure', (_what, error) => {
    expect(outcomeOfError(serviceError(), error)).toBe('failure')
  })

  test('reads the next member when one holds no HTTP status', () => {
    const error = { status: 'fail', statusCode: 0, response: { status: 404 } }
    expect(outcomeOfError(serviceError(), error)).toBe('success')
  })

  test.each([
    ['ThrottlingException', 'failure'],
    ['Throttling', 'failure'],
    ['RequestThrottled', 'failure'],
    ['EC2ThrottledException', 'failure'],
    ['ProvisionedThroughputExceededException', 'failure'],
    ['LimitExceededException', 'failure'],
    ['RequestLimitExceeded', 'failure'],
    ['RequestTimeout', 'failure'],
    ['RequestTimeoutException', 'failure'],
    ['SlowDown', 'failure'],
    ['TransactionInProgressException', 'failure'],
    ['ConditionalCheckFailedException', 'success'],
    ['ValidationException', 'success'],
    ['ServiceQuotaExceededException', 'success'],
    ['NetworkAclLimitExceeded', 'success'],
  ])('makes an AWS error of status 400 named %s a %s', (name, outcome) => {
    const error = { name, $metadata: { httpStatusCode: 400 } }
    expect(outcomeOfError(serviceError(), error)).toBe(outcome)
  })

  test('makes an AWS error with $retryable a failure', () => {
    const error = { name: 'Conflict', $retryable: {}, $metadata: { httpStatusCode: 409 } }
    expect(outcomeOfError(serviceError(), error)).toBe('failure')
  })

  test('lets statuses decide for every error that carries a status', () => {
    const tracker = serviceError({ statuses: (status) => status === 404 })
    expect(outcomeOfError(tracker, httpError(404))).toBe('failure')
    expect(outcomeOfError(tracker, httpError(503))).toBe('success')
    expect(outcomeOfError(tracker, new Error('ECONNRESET'))).toBe('failure')
    expect(outcomeOfError(tracker, { ...httpError(400), name: 'Throttling' })).toBe('success')
  })

  test('makes every result a success', () => {
    expect(outcomeOfResult(serviceError(), httpError(503))).toBe('success')
  })

  test('is the default', () => {
    expect(new CircuitBreaker({ name: 'x' }).toJSON().tracker).toEqual(serviceError().toJSON())
  })
})

describe('errorNamed', () => {
  const tracker = errorNamed('AbortError', 'CanceledError')
  const hostile = Object.defineProperty({}, 'name', {
    get() {
      throw new Error('hostile')
    },
  })

  test.each<[string, unknown, string]>([
    ['a DOMException', new DOMException('left', 'AbortError'), 'failure'],
    ['an error', Object.assign(new Error('left'), { name: 'CanceledError' }), 'failure'],
    ['an object', { name: 'AbortError' }, 'failure'],
    ['another name', new TypeError('x'), 'success'],
    ['a text', 'AbortError', 'success'],
    ['undefined', undefined, 'success'],
    ['null', null, 'success'],
    ['a name that cannot be read', hostile, 'success'],
  ])('compares the name of %s', (_what, error, outcome) => {
    expect(outcomeOfError(tracker, error, false)).toBe(outcome)
  })

  test('throws without a name', () => {
    expect(() => errorNamed()).toThrow(
      new TypeError('errorNamed: names must be one or more, got []'),
    )
  })

  test('returns false for a name that cannot be read', () => {
    expect(tracker.failsOnError?.(hostile)).toBe(false)
  })

  test('does not change with the JSON that it returned', () => {
    const named = errorNamed('AbortError')
    const names = named.toJSON().args as string[]
    names.push('TypeError')
    expect(named.failsOnError?.(new TypeError('x'))).toBe(false)
  })

  test('has its names as JSON', () => {
    expect(tracker.toJSON()).toEqual({ type: 'errorNamed', args: ['AbortError', 'CanceledError'] })
  })
})

describe('the option ignore', () => {
  const abort = new DOMException('left', 'AbortError')

  test('names outcomes that are not counted, before the tracker decides', () => {
    const ignore = errorNamed('NotFound').or(resultWhere((value) => value === 404))
    expect(outcomeOfError(anyError(), { name: 'NotFound' }, ignore)).toBe('ignored')
    expect(outcomeOfError(anyError(), abort, ignore)).toBe('failure')
    expect(outcomeOfResult(resultWhere(Number.isInteger), 404, ignore)).toBe('ignored')
    expect(outcomeOfResult(resultWhere(Number.isInteger), 500, ignore)).toBe('failure')
  })

  test('names AbortError by default', () => {
    expect(outcomeOfError(anyError(), abort)).toBe('ignored')
    expect(
      outcomeOfResult(
        resultWhere(() => true),
        abort,
      ),
    ).toBe('failure')
  })

  test('ignores no outcome when it is false', () => {
    expect(outcomeOfError(anyError(), abort, false)).toBe('failure')
    expect(outcomeOfError(errorType(TypeError), abort, false)).toBe('success')
  })

  test('ignores no outcome when it throws', () => {
    const errors: unknown[] = []
    const broken = new Error('broken')
    const ignore = errorWhere(() => {
      throw broken
    })
    const breaker = new CircuitBreaker({
      name: 'x',
      ignore,
      onError: (error) => errors.push(error),
    })
    breaker.acquire().failure(new Error('down'))
    expect(breaker.snapshot().metrics).toMatchObject({ total: 1, failures: 1 })
    expect(errors).toEqual([broken])
  })

  test('leaves a rejection of another circuit ignored when it is false', () => {
    const rejection = new CallNotPermittedError({
      circuitName: 'inner',
      state: 'open',
      reason: 'tripped manually',
    })
    expect(outcomeOfError(anyError(), rejection, false)).toBe('ignored')
  })
})

describe('errorType', () => {
  test('throws when it names only rejections, which are always ignored', () => {
    class CustomRejection extends CallNotPermittedError {}
    for (const type of [CallNotPermittedError, CustomRejection]) {
      expect(() => errorType(type)).toThrow(
        new TypeError(
          `errorType: class must be another class, because a breaker ignores the rejections of every breaker, got function ${type.name}`,
        ),
      )
    }
    expect(() => errorType(TypeError, CallNotPermittedError)).not.toThrow()
  })

  test('does not match a class that only has the name of a built-in one', () => {
    const Named = { TypeError: class extends Error {} }.TypeError
    expect(outcomeOfError(errorType(TypeError), new Named('x'))).toBe('success')
    expect(outcomeOfError(errorType(Named), new TypeError('x'))).toBe('success')
  })
})
