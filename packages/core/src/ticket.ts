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

/** Makes a ticket of which only the first settlement goes through. */
export function createTicket(ends: Pick<Ticket, 'success' | 'failure' | 'release'>): Ticket {
  let open = true
  const first = () => {
    const was = open
    open = false
    return was
  }
  const release = () => {
    if (first()) ends.release()
  }
  return {
    success: (value) => {
      if (first()) ends.success(value)
    },
    failure: (error) => {
      if (first()) ends.failure(error)
    },
    release,
    [disposeSymbol]: release,
  }
}
