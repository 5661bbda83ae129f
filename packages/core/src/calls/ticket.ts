/// <reference lib="esnext.disposable" preserve="true" />
// `lib.dom` lacks `Symbol.dispose`: browser projects need the reference unless they set `lib` themselves

import type { CircuitController } from '../engine/circuit-controller.ts'
import type { Reject } from '../engine/rejection.ts'
import { checkOptions } from '../internal/validation.ts'
import type { TicketOptions } from '../model/call-options.ts'
import { TimeoutError } from '../model/errors.ts'
import { TICKET_OPTIONS } from './call-option-checks.ts'
import { Settlement } from './settlement.ts'

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
  options: TicketOptions = {},
  reject: Reject<R>,
): Ticket | R {
  checkOptions(owner, options, TICKET_OPTIONS)
  const { timeoutMs = circuit.options.timeoutMs ?? Number.POSITIVE_INFINITY } = options
  const now = circuit.now()
  const start = circuit.timed ? now : undefined
  const admission = circuit.admit(now, reject, timeoutMs)
  if (admission === undefined) return admission
  const settlement = new Settlement(circuit, admission, start)
  let open = true
  const once =
    (settle: (outcome: unknown) => void) =>
    (outcome?: unknown): void => {
      if (!open) return
      open = false
      settle(outcome)
    }
  const inTime = (settle: (outcome: unknown) => void) =>
    once((outcome) => {
      if (circuit.now() - now <= timeoutMs) settle(outcome)
      else settlement.timeout(new TimeoutError(circuit.options.name, timeoutMs))
    })
  const release = once(() => settlement.release('ignored'))
  return {
    success: inTime((value) => settlement.success(value)),
    failure: inTime((error) => settlement.failure(error, true)), // its work may have a signal
    release,
    [disposeSymbol]: release,
  }
}
