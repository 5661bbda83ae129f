/// <reference lib="esnext.disposable" preserve="true" />
// `lib.dom` lacks `Symbol.dispose`: browser projects need the reference unless they set `lib` themselves

import type { CircuitController } from '../engine/circuit-controller.ts'
import type { Reject } from '../engine/rejection.ts'
import { checkOptions } from '../internal/validation.ts'
import { isFailure, type JudgeError, type TicketOptions } from '../model/call-options.ts'
import { TimeoutError } from '../model/errors.ts'
import { TICKET_OPTIONS } from './call-option-checks.ts'

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
 * Takes a ticket that passes on its first settlement only, or calls `reject`, which throws or returns
 * undefined. After more than `timeoutMs`, a success or failure is a `TimeoutError`.
 */
export function takeTicket<R extends undefined>(
  circuit: CircuitController,
  owner: string,
  options: TicketOptions | undefined,
  reject: Reject<R>,
): Ticket | R {
  if (options !== undefined) checkOptions(owner, options, TICKET_OPTIONS)
  const timeoutMs = options?.timeoutMs ?? circuit.options.timeoutMs ?? Infinity
  const now = circuit.now()
  const start = circuit.timed ? now : undefined
  const admission = circuit.admit(now, reject, timeoutMs)
  if (admission === undefined) return admission
  // its work may have a signal
  const fail = (error: unknown, judge?: JudgeError) =>
    circuit.fail(admission, start, error, true, judge)
  let open = true
  const once =
    (settle: (outcome: unknown) => void, inTime = true) =>
    (outcome?: unknown): void => {
      if (!open) return
      open = false
      if (inTime && circuit.now() - now > timeoutMs)
        fail(new TimeoutError(circuit.options.name, timeoutMs), isFailure)
      else settle(outcome)
    }
  const release = once(() => circuit.release(admission, start, 'ignored'), false)
  return {
    success: once((value) => circuit.succeed(admission, start, value)),
    failure: once(fail),
    release,
    [disposeSymbol]: release,
  }
}
