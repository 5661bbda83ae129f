/// <reference lib="esnext.disposable" preserve="true" />
// `lib.dom` lacks `Symbol.dispose`: browser projects need the reference unless they set `lib` themselves

import { TimeoutError } from '../model/errors.ts'
import type { Settlement } from './settlement.ts'

/** `Symbol.dispose`, also on platforms that lack it. */
export const disposeSymbol: typeof Symbol.dispose =
  Symbol.dispose ?? (Symbol.for('Symbol.dispose') as never)

/**
 * A permission for work that is not a single function call: a stream, a socket, a job. Settle it
 * once. The first of the three methods that is called wins; later calls do nothing.
 *
 * @example
 * using ticket = breaker.acquire() // released at the end of the block unless settled before
 * try {
 *   for await (const chunk of stream) use(chunk)
 *   ticket.success()
 * } catch (error) {
 *   ticket.failure(error)
 * }
 */
export interface Ticket {
  /** The work succeeded. A tracker that judges results may still count `value` as a failure. */
  success(value?: unknown): void
  /** The work failed. The tracker decides whether `error` counts as a failure or is ignored. */
  failure(error: unknown): void
  /** Returns the permission. The work is not counted. */
  release(): void
  [Symbol.dispose](): void
}

/**
 * Creates a ticket that passes on its first settlement only. After more than `timeoutMs`, a success or
 * failure is a `TimeoutError`.
 */
export function createTicket(
  { success, failure, timeout, release, elapsedMs }: Settlement,
  circuitName: string,
  timeoutMs: number,
): Ticket {
  let open = true
  const once =
    (settle: (outcome: unknown) => void) =>
    (outcome?: unknown): void => {
      if (!open) return
      open = false
      settle(outcome)
    }
  const fail = (error: unknown) => failure(error, true) // its work may have a signal
  const inTime = (settle: (outcome: unknown) => void) =>
    once((outcome) => {
      if (elapsedMs() > timeoutMs) timeout(new TimeoutError(circuitName, timeoutMs))
      else settle(outcome)
    })
  const releaseOnce = once(() => release('ignored'))
  return {
    success: inTime(success),
    failure: inTime(fail),
    release: releaseOnce,
    [disposeSymbol]: releaseOnce,
  }
}
