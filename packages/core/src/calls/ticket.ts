/// <reference lib="esnext.disposable" preserve="true" />
// for pages, whose compiler knows no Symbol.dispose unless told or given Node's types

/** `Symbol.dispose`, also where the platform does not have it yet. */
export const disposeSymbol: typeof Symbol.dispose =
  Symbol.dispose ?? (Symbol.for('Symbol.dispose') as never)

/**
 * A call under way that is no single function: a stream, a socket, a job. Settle it once; the first
 * of the three wins, the rest do nothing.
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
  /** The call worked; the tracker judges `value` if it judges results. */
  success(value?: unknown): void
  /** The call failed; the tracker judges `error`, and may ignore it. */
  failure(error: unknown): void
  /** Gives the permission back; counted nowhere. */
  release(): void
  [Symbol.dispose](): void
}

/** How a call that was let in can end: one of them is told, once. */
export interface Settlement {
  success(value: unknown): void
  failure(error: unknown): void
  release(outcome: 'ignored' | 'aborted', reason?: unknown): void
}

/** Makes a ticket of which only the first settlement goes through. */
export function createTicket({ success, failure, release }: Settlement): Ticket {
  let open = true
  const first =
    (end: (outcome: unknown) => void) =>
    (outcome?: unknown): void => {
      if (!open) return
      open = false
      end(outcome)
    }
  const released = first(() => release('ignored'))
  return {
    success: first(success),
    failure: first(failure),
    release: released,
    [disposeSymbol]: released,
  }
}
