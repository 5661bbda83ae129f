import { check, checkFunction } from '../internal/validation.ts'
import { isCallNotPermitted } from '../model/errors.ts'
import type { PolicyJson } from '../model/policy-json.ts'

/**
 * Decides whether an outcome is a failure.
 *
 * An error that the tracker does not match is ignored: the caller receives it, and the call is not
 * recorded. A result that the tracker does not match is a success.
 */
export interface Tracker {
  /** Undefined for a tracker of results only, which ignores every error. */
  readonly failsOnError: ((error: unknown) => boolean) | undefined
  /** Undefined for a tracker of errors only, for which every result is a success. */
  readonly failsOnResult: ((value: unknown) => boolean) | undefined
  /** True for `errorType(CallNotPermittedError)`. Otherwise a breaker ignores such errors. */
  readonly judgesRejections: boolean
  /** A failure when both trackers match. Both must be of errors, or both of results. */
  and(other: Tracker): Tracker
  /** A failure when either tracker matches. It can combine errors and results. */
  or(other: Tracker): Tracker
  /** A failure when the tracker does not match. It applies to the same kinds of outcome. */
  not(): Tracker
  toJSON(): PolicyJson
}

/** A class, usually of errors. */
export type ErrorClass = abstract new (...args: never[]) => unknown

type Predicate = ((outcome: unknown) => boolean) | undefined

function tracker(
  type: string,
  args: PolicyJson['args'],
  failsOnError: Predicate,
  failsOnResult: Predicate,
  judgesRejections = false,
): Tracker {
  const join = (op: 'and' | 'or', other: Tracker) => {
    checkTracker(`${op}: tracker`, other)
    const combine = op === 'and' ? and : or
    const onError = combine(failsOnError, other.failsOnError)
    const onResult = combine(failsOnResult, other.failsOnResult)
    const args = [self.toJSON(), other.toJSON()]
    check(
      onError !== undefined || onResult !== undefined,
      'and: trackers',
      'both of errors, or both of results (use or() to combine errors with results)',
      args.map(({ type }) => type),
    )
    return tracker(op, args, onError, onResult, judgesRejections || other.judgesRejections)
  }
  const self: Tracker = Object.freeze<Tracker>({
    failsOnError,
    failsOnResult,
    judgesRejections,
    and: (other: Tracker) => join('and', other),
    or: (other: Tracker) => join('or', other),
    not: () =>
      tracker('not', [self.toJSON()], not(failsOnError), not(failsOnResult), judgesRejections),
    toJSON: () => ({ type, args }),
  })
  return self
}

const and = (a: Predicate, b: Predicate): Predicate =>
  a && b && ((outcome) => a(outcome) && b(outcome))
const or = (a: Predicate, b: Predicate): Predicate =>
  a && b ? (outcome) => a(outcome) || b(outcome) : (a ?? b)
const not = (a: Predicate): Predicate => a && ((outcome) => !a(outcome))

/** @internal */
export function checkTracker(option: string, value: unknown): asserts value is Tracker {
  check(
    typeof (value as Tracker | undefined)?.toJSON === 'function' &&
      'judgesRejections' in (value as object),
    option,
    'a tracker such as anyError()',
    value,
  )
}

const any = tracker('anyError', [], () => true, undefined)

/** Every error is a failure, every result a success. The default. */
export function anyError(): Tracker {
  return any
}

/**
 * An error that is an instance of one of `classes` is a failure. Other errors are ignored.
 *
 * A `CallNotPermittedError` is a failure only when `classes` contains that class or a subclass.
 * Otherwise `errorType(Error)` would open a circuit because of the rejections of another one.
 *
 * @throws TypeError without a class, or for a value that is not a class
 * @example
 * errorType(TypeError, TimeoutError)
 */
export function errorType(...classes: ErrorClass[]): Tracker {
  check(classes.length > 0, 'errorType: classes', 'one or more', classes)
  for (const type of classes) {
    check(typeof type === 'function' && !!type.prototype, 'errorType: class', 'a class', type)
  }
  return tracker(
    'errorType',
    classes.map((type) => type.name),
    (error) => classes.some((type) => error instanceof type),
    undefined,
    classes.some((type) => isCallNotPermitted(type.prototype)),
  )
}

/**
 * An error for which `predicate` returns true is a failure. Other errors are ignored.
 *
 * @throws TypeError when `predicate` is not a function
 * @example
 * errorWhere((error) => error instanceof HttpError && error.status >= 500)
 */
export function errorWhere(predicate: (error: unknown) => boolean): Tracker {
  checkFunction('errorWhere: predicate', predicate)
  return tracker('errorWhere', [predicate.name], predicate, undefined)
}

/**
 * A result for which `predicate` returns true is a failure. Errors are ignored; combine it with
 * `anyError()` to count both.
 *
 * @throws TypeError when `predicate` is not a function
 * @example
 * anyError().or(resultWhere<Response>((response) => response.status >= 500))
 */
export function resultWhere<T = unknown>(predicate: (value: T) => boolean): Tracker {
  checkFunction('resultWhere: predicate', predicate)
  return tracker('resultWhere', [predicate.name], undefined, (value) => predicate(value as T))
}
