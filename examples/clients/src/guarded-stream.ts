import type { CircuitBreaker } from '@fluxgate/core'

/** A stream that breaks off is a failure. A reader that stops early is not recorded. */
export async function* guardedStream<T>(
  circuit: CircuitBreaker,
  open: () => AsyncIterable<T>,
): AsyncGenerator<T> {
  const ticket = circuit.acquire({ timeoutMs: Number.POSITIVE_INFINITY })
  try {
    yield* open()
    ticket.success()
  } catch (error) {
    ticket.failure(error)
    throw error
  } finally {
    ticket.release()
  }
}
