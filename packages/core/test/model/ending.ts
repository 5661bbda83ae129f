import { findRejection, TimeoutError } from '@fluxgate/core'
import { expectSame } from './expect-same.ts'
import type { ExpectedRejection } from './expected.ts'

/** How a function, or a call of it, ended. */
export type Ending<T = unknown> = { readonly value: T } | { readonly error: unknown }

/** What the fallback returns: shows that it ran, and with which error. */
class FallbackResult {
  readonly error: unknown
  constructor(error: unknown) {
    this.error = error
  }
}

export const fallback = (error: unknown): unknown => new FallbackResult(error)

export function endingOf<T>(action: () => T): Ending<T> {
  try {
    return { value: action() }
  } catch (error) {
    return { error }
  }
}

/** The reason of an abort. `AbortSignal.timeout()` aborts with an error of this name. */
export function abortReason(isDeadline: boolean): Error {
  return isDeadline ? new DOMException('deadline', 'TimeoutError') : new Error('aborted')
}

/** The error that the caller or its fallback received. */
export function errorOf(ending: Ending | undefined): unknown {
  if (ending === undefined || 'error' in ending) return ending?.error
  return ending.value instanceof FallbackResult ? ending.value.error : undefined
}

/** A caller receives exactly the value or error of the function, unless a fallback receives the error. */
export function expectEnding(actual: Ending, ofFunction: Ending, hasFallback: boolean): void {
  const expectsFallback = hasFallback && 'error' in ofFunction
  const fellBack = 'value' in actual && actual.value instanceof FallbackResult
  expectSame('the fallback ran', fellBack, expectsFallback)
  if (expectsFallback) expectSame('error for the fallback', errorOf(actual), ofFunction.error)
  else expectSame('ending', actual, ofFunction)
}

/** A rejection has the expected properties, whether the caller or its fallback receives it. */
export function expectRejection(
  ending: Ending,
  expected: ExpectedRejection,
  hasFallback: boolean,
  { circuitName, reason }: { readonly circuitName: string; readonly reason: string | undefined },
): void {
  const error = errorOf(ending)
  expectEnding(ending, { error }, hasFallback)
  const rejection = findRejection(error)
  if (rejection === undefined) throw new Error(`rejected with ${error}`)
  const { state, retryAt, retryAfterMs, cause } = rejection
  expectSame('the cause of a rejection is frozen', Object.isFrozen(cause), true)
  const { openedBy, ...rest } = expected
  expectSame(
    'rejection',
    { circuitName: rejection.circuitName, state, retryAt, retryAfterMs, cause },
    { ...rest, circuitName, cause: openedBy === undefined ? undefined : summaryOf(openedBy) },
  )
  if (reason !== undefined) expectSame('reason of a rejection', rejection.reason, reason)
}

/** What a rejection shows of the error that opened the circuit. */
function summaryOf(error: unknown): object {
  const { name, message, code } = error as Error & { readonly code?: unknown }
  return { name, message, ...(code !== undefined && { code }) }
}

/** A TimeoutError names the circuit and the time limit. */
export function expectTimeout(error: unknown, circuitName: string, timeoutMs: number): void {
  if (!(error instanceof TimeoutError)) throw new Error(`timed out with ${error}`)
  const actual = { circuitName: error.circuitName, timeoutMs: error.timeoutMs }
  expectSame('TimeoutError', actual, { circuitName, timeoutMs })
}
