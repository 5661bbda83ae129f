import { check, checkFunction } from '../internal/validation.ts'
import { isCallNotPermitted } from '../model/errors.ts'
import type { PolicyJson } from '../model/policy-json.ts'

/**
 * Decides whether an outcome is a failure.
 *
 * An error that the tracker does not match is ignored: thrown to the caller, counted nowhere. A
 * result that no tracker matches is a success.
 */
export interface Tracker {
  /** Absent on a tracker that says nothing about errors. */
  readonly failsOnError: ((error: unknown) => boolean) | undefined
  /** Absent on a tracker that says nothing about results. */
  readonly failsOnResult: ((value: unknown) => boolean) | undefined
  /** True when {@link CallNotPermittedError} was named, which is otherwise ignored. */
  readonly judgesRejections: boolean
  /** A failure when both say so. Both must judge errors, or both results. */
  and(other: Tracker): Tracker
  /** A failure when either says so; the way to join trackers of errors and of results. */
  or(other: Tracker): Tracker
  /** The opposite, of errors if it judges errors, of results if it judges results. */
  not(): Tracker
  toJSON(): PolicyJson
}

/** Any class whose instances `instanceof` can tell, errors usually. */
export type ErrorClass = abstract new (...args: never[]) => unknown

type Judge = ((outcome: unknown) => boolean) | undefined

function tracker(
  type: string,
  args: PolicyJson['args'],
  failsOnError: Judge,
  failsOnResult: Judge,
  judgesRejections = false,
): Tracker {
  const join = (op: 'and' | 'or', other: Tracker) => {
    checkTracker(`${op}: tracker`, other)
    const joined = op === 'and' ? and : or
    const onError = joined(failsOnError, other.failsOnError)
    const onResult = joined(failsOnResult, other.failsOnResult)
    const args = [self.toJSON(), other.toJSON()]
    check(
      onError !== undefined || onResult !== undefined,
      'and: trackers',
      'of errors both, or of results both (use or() to join an error with a result)',
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

const and = (a: Judge, b: Judge): Judge => a && b && ((outcome) => a(outcome) && b(outcome))
const or = (a: Judge, b: Judge): Judge =>
  a && b ? (outcome) => a(outcome) || b(outcome) : (a ?? b)
const not = (a: Judge): Judge => a && ((outcome) => !a(outcome))

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
 * Errors that are an instance of one of `classes` are failures; other errors are ignored.
 *
 * A `CallNotPermittedError` counts only when that very class is named, so that `errorType(Error)`
 * does not make one circuit's rejections open the next.
 *
 * @throws TypeError without a class, or for something that is none
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
 * Errors for which `predicate` is true are failures; other errors are ignored.
 *
 * @throws TypeError when `predicate` is no function
 * @example
 * errorWhere((error) => error instanceof HttpError && error.status >= 500)
 */
export function errorWhere(predicate: (error: unknown) => boolean): Tracker {
  checkFunction('errorWhere: predicate', predicate)
  return tracker('errorWhere', [predicate.name], predicate, undefined)
}

/**
 * Results for which `predicate` is true are failures. By itself it ignores every error; join it
 * with `anyError()` to count both.
 *
 * @throws TypeError when `predicate` is no function
 * @example
 * anyError().or(resultWhere<Response>((response) => response.status >= 500))
 */
export function resultWhere<T = unknown>(predicate: (value: T) => boolean): Tracker {
  checkFunction('resultWhere: predicate', predicate)
  return tracker('resultWhere', [predicate.name], undefined, (value) => predicate(value as T))
}
