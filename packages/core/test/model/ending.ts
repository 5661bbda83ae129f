import { findRejection, TimeoutError } from '@fluxgate/core'
import { expectSame } from './expect-same.ts'
import type { Refusal } from './expected.ts'

/** How something ended: a function, or the call of it. */
export type Ending<T = unknown> = { readonly value: T } | { readonly error: unknown }

/** What a fallback answers, to see that it was asked, and because of which error. */
class Instead {
  readonly error: unknown
  constructor(error: unknown) {
    this.error = error
  }
}

export const fallback = (error: unknown): unknown => new Instead(error)

export function endingOf<T>(action: () => T): Ending<T> {
  try {
    return { value: action() }
  } catch (error) {
    return { error }
  }
}

/** The error that the caller was given, or the fallback in its place. */
export function errorOf(ending: Ending | undefined): unknown {
  if (ending === undefined || 'error' in ending) return ending?.error
  return ending.value instanceof Instead ? ending.value.error : undefined
}

/** A caller gets the very value or error of the function, unless a fallback takes the error. */
export function expectEnding(actual: Ending, ofFunction: Ending, hasFallback: boolean): void {
  const insteadOf = hasFallback && 'error' in ofFunction
  const fellBack = 'value' in actual && actual.value instanceof Instead
  expectSame('asked a fallback', fellBack, insteadOf)
  if (insteadOf) expectSame('error for the fallback', errorOf(actual), ofFunction.error)
  else expectSame('ending', actual, ofFunction)
}

/** A rejected caller, or its fallback, finds in the error what there is to know. */
export function expectRefusal(
  ending: Ending,
  refusal: Refusal,
  hasFallback: boolean,
  circuitName: string,
): void {
  const error = errorOf(ending)
  expectEnding(ending, { error }, hasFallback)
  const rejection = findRejection(error)
  if (rejection === undefined) throw new Error(`rejected with ${error}`)
  const { state, retryAt, retryAfterMs, cause } = rejection
  const actual = { circuitName: rejection.circuitName, state, retryAt, retryAfterMs, cause }
  expectSame('rejection', actual, { ...refusal, circuitName })
}

/** A call that takes too long is told by whom it was given up, and after how long. */
export function expectTimeout(error: unknown, circuitName: string, timeoutMs: number): void {
  if (!(error instanceof TimeoutError)) throw new Error(`timed out with ${error}`)
  const actual = { circuitName: error.circuitName, timeoutMs: error.timeoutMs }
  expectSame('TimeoutError', actual, { circuitName, timeoutMs })
}
