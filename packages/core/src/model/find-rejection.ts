import { brand } from '../internal/brand.ts'
import { isObject } from '../internal/is-object.ts'
import type { CallNotPermittedError } from './errors.ts'

/** How many causes {@link findRejection} follows. */
const MAX_CAUSES = 8

/** How many errors {@link findRejection} reads at most: an `AggregateError` may hold itself. */
const MAX_ERRORS = 1_000

/**
 * Finds the {@link CallNotPermittedError} in an error: the error itself, one of at most 8 causes, or
 * the first error of an `AggregateError` that holds only rejections. It also finds rejections of
 * another realm (an iframe, a `vm` context) or another copy of this package, where `instanceof` is
 * false. It does not find a structured clone, such as a worker posts, because cloning keeps only the
 * message and the cause of an error.
 *
 * @returns undefined without a rejection; it never throws
 * @example
 * const rejection = findRejection(error) // axios and other clients wrap what fetch throws
 * if (rejection) setTimeout(retry, rejection.retryAfterMs ?? 1_000)
 */
export function findRejection(error: unknown): CallNotPermittedError | undefined {
  return findRejectionIn(error)
}

/** @internal {@link findRejection} that prefers one of `preferred` in an `AggregateError`. */
export function findRejectionIn(
  error: unknown,
  preferred?: WeakSet<object>,
): CallNotPermittedError | undefined {
  try {
    return find(error, MAX_CAUSES, { left: MAX_ERRORS, preferred })
  } catch {
    return undefined // a throwing getter, a revoked or hostile proxy
  }
}

interface Search {
  /** How many errors it may still read. */
  left: number
  readonly preferred: WeakSet<object> | undefined
}

// functions beside it, because closures would be made for every failed call
function find(error: unknown, causes: number, search: Search): CallNotPermittedError | undefined {
  let at = error
  let left = causes
  while (left-- >= 0 && isObject(at) && search.left-- > 0) {
    const { [brand]: name, errors, cause }: Wrapper = at
    if (name === 'CallNotPermittedError') return at as CallNotPermittedError
    const found = Array.isArray(errors) && findInEach(errors, left, search)
    if (found) return found
    at = cause
  }
  return undefined
}

function findInEach(
  errors: readonly unknown[],
  causes: number,
  search: Search,
): CallNotPermittedError | undefined {
  let first: CallNotPermittedError | undefined
  for (const each of errors) {
    const found = find(each, causes, search)
    if (!found) return undefined
    if (!first || search.preferred?.has(found)) first = found
  }
  return first
}

interface Wrapper {
  readonly [brand]?: unknown
  readonly errors?: unknown
  readonly cause?: unknown
}

/**
 * Whether {@link findRejection} finds a rejection in `error`. It is no type predicate, because an error
 * that wraps a rejection has none of its fields.
 *
 * @example
 * retry: (failures, error) => failures < 3 && !isCallNotPermitted(error)
 */
export function isCallNotPermitted(error: unknown): boolean {
  return findRejection(error) !== undefined
}
