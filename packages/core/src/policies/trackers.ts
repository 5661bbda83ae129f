import { brand } from '../internal/brand.ts'
import { booleanResult } from '../internal/policy-result.ts'
import { read } from '../internal/read.ts'
import { check, checkFunction, checkOptions, checkText } from '../internal/validation.ts'
import { type PolicyJson, policy } from '../model/policy-json.ts'
import { type ErrorClass, instanceTest } from './error-class.ts'
import { isServiceError } from './service-error.ts'

export type { ErrorClass } from './error-class.ts'

/**
 * Decides whether an outcome is a failure. An outcome that it does not match is a success, also when
 * it is an error: the service answered.
 *
 * As the option `ignore` of a breaker, it decides which outcomes are not counted.
 */
export interface Tracker {
  /** Undefined for a tracker of results only, for which every error is a success. */
  readonly failsOnError: ((error: unknown) => boolean) | undefined
  /** Undefined for a tracker of errors only, for which every result is a success. */
  readonly failsOnResult: ((value: unknown) => boolean) | undefined
  /** Matches when both trackers match. Both must be of errors, or both of results. */
  and(other: Tracker): Tracker
  /** Matches when either tracker matches. It can combine errors and results. */
  or(other: Tracker): Tracker
  /** Matches when the tracker does not match. It applies to the same kinds of outcome. */
  not(): Tracker
  toJSON(): PolicyJson
}

type Predicate = ((outcome: unknown) => boolean) | undefined

function tracker(
  type: string,
  args: PolicyJson['args'],
  failsOnError: Predicate,
  failsOnResult?: Predicate,
): Tracker {
  const json = { type, args }
  const join = (op: 'and' | 'or', combine: typeof and) => (other: Tracker) => {
    checkTracker(`${op}: tracker`, other)
    const onError = combine(failsOnError, other.failsOnError)
    const onResult = combine(failsOnResult, other.failsOnResult)
    const parts = [json, other.toJSON()]
    check(
      // Stryker disable next-line ConditionalExpression,LogicalOperator,EqualityOperator: breaks test files while they load, which Stryker 9.6 reports as survived
      onError !== undefined || onResult !== undefined,
      'and: trackers',
      'both of errors, or both of results (use or() to combine both)',
      parts.map(({ type }) => type),
    )
    return tracker(op, parts, onError, onResult)
  }
  return policy(type, args, {
    failsOnError,
    failsOnResult,
    and: join('and', and),
    or: join('or', or),
    not: () => tracker('not', [json], not(failsOnError), not(failsOnResult)),
  })
}

// the second tracker may be written by hand
const tested = (matches: (outcome: unknown) => boolean, outcome: unknown) =>
  booleanResult('tracker: failsOnError or failsOnResult', matches(outcome))
const and = (a: Predicate, b: Predicate): Predicate =>
  a && b && ((outcome) => a(outcome) && tested(b, outcome))
const or = (a: Predicate, b: Predicate): Predicate =>
  b ? (outcome) => a?.(outcome) === true || tested(b, outcome) : a
const not = (a: Predicate): Predicate => a && ((outcome) => !a(outcome))

/** @internal */
export function checkTracker(option: string, value: unknown): asserts value is Tracker {
  check(
    typeof (value as Tracker | undefined)?.toJSON === 'function' &&
      'failsOnError' in (value as object),
    option,
    'a tracker such as anyError()',
    value,
  )
}

/** Options of {@link serviceError}. */
export interface ServiceErrorOptions {
  /**
   * Whether an error with this HTTP status, 100 to 599, is a failure. It replaces the default choice,
   * also the one by the names of AWS errors.
   */
  readonly statuses?: ((status: number) => boolean) | undefined
}

/**
 * Every error is a failure, except one that carries an HTTP status of 300 to 499 other than 429: that
 * is an answer of a healthy service. The default.
 *
 * The status is the first of `status`, `statusCode`, `response.status`, `response.statusCode` and
 * `$metadata.httpStatusCode` that is a whole number from 100 to 599. Axios, got, ky, ofetch and the
 * SDKs of AWS and OpenAI use these. An AWS error of status 400 is a failure when it has `$retryable`, or
 * the name of a throttling or transient error.
 *
 * @param options.statuses decides for errors that carry a status
 * @throws TypeError when `statuses` is not a function
 * @example
 * serviceError({ statuses: (status) => status >= 500 || status === 404 })
 */
export function serviceError(options: ServiceErrorOptions = {}): Tracker {
  checkOptions('serviceError', options, { statuses: checkFunction })
  const { statuses } = options
  const fails =
    statuses && ((status: number) => booleanResult('serviceError: statuses', statuses(status)))
  return tracker('serviceError', statuses ? [statuses.name] : [], (error) =>
    isServiceError(error, fails),
  )
}

/** Every error is a failure, every result a success. */
export function anyError(): Tracker {
  return tracker('anyError', [], () => true)
}

/**
 * An error that is an instance of one of `classes` is a failure.
 *
 * Built-in classes and those of this package also match errors of another realm (an iframe, `vm`, Jest)
 * and of another copy of this package.
 *
 * @throws TypeError without a class, for a value that is not a class, and when every class is
 * `CallNotPermittedError`, because rejections are always ignored
 * @example
 * errorType(TypeError, TimeoutError)
 */
export function errorType(...classes: ErrorClass[]): Tracker {
  check(classes.length > 0, 'errorType: classes', 'one or more', classes)
  for (const type of classes) {
    check(typeof type === 'function' && !!type.prototype, 'errorType: class', 'a class', type)
  }
  check(
    classes.some((type) => type.prototype[brand] !== 'CallNotPermittedError'),
    'errorType: class',
    'another class, because a breaker ignores the rejections of every breaker',
    classes[0],
  )
  const tests = classes.map(instanceTest)
  return tracker(
    'errorType',
    classes.map((type) => type.name),
    (error) => tests.some((isInstance) => isInstance(error)),
  )
}

/**
 * An error whose `name` is one of `names` is a failure. As the option `ignore` it names errors that are
 * not counted.
 *
 * @throws TypeError or RangeError without a name, or for a name that is not a non-empty string
 * @example
 * new CircuitBreaker({ name: 'search', ignore: errorNamed('AbortError', 'CanceledError') })
 */
export function errorNamed(...names: string[]): Tracker {
  check(names.length > 0, 'errorNamed: names', 'one or more', names)
  for (const name of names) checkText('errorNamed: name', name)
  return tracker('errorNamed', names.slice(), (error) =>
    names.includes(read(error, 'name') as string),
  )
}

/**
 * An error for which `predicate` returns true is a failure.
 *
 * @throws TypeError when `predicate` is not a function
 * @example
 * errorWhere((error) => error instanceof DatabaseError && error.code.startsWith('08'))
 */
export function errorWhere<E = unknown>(predicate: (error: E) => boolean): Tracker {
  return tracker('errorWhere', ...predicateOf('errorWhere', predicate))
}

/**
 * A result for which `predicate` returns true is a failure. Alone it makes every error a success: join
 * it with `serviceError()`.
 *
 * @throws TypeError when `predicate` is not a function
 * @example
 * serviceError().or(resultWhere<Response>((response) => response.status >= 500))
 */
export function resultWhere<T = unknown>(predicate: (value: T) => boolean): Tracker {
  const [args, matches] = predicateOf('resultWhere', predicate)
  return tracker('resultWhere', args, undefined, matches)
}

function predicateOf<T>(
  owner: string,
  predicate: (outcome: T) => boolean,
): [args: string[], matches: (outcome: unknown) => boolean] {
  const callback = `${owner}: predicate`
  checkFunction(callback, predicate)
  const matches = (outcome: unknown) => booleanResult(callback, predicate(outcome as T))
  return [[predicate.name], matches]
}
