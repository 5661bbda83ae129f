import { onAbort } from './abort-relay.ts'

/** What a failed call leaves to its caller all the same, by the signal that the call was given. */
const pendingBodies = new WeakMap<AbortSignal, object>()

let links: FinalizationRegistry<WeakRef<() => void>> | undefined

/** Says that `outcome` will be read although the call that was given `signal` fails. */
export function followAbortWhileReading(signal: AbortSignal, outcome: object): void {
  pendingBodies.set(signal, outcome)
}

/**
 * A response or a stream is read after its call has settled, and the caller may still give up: keeps
 * `limit` following `signal` for as long as there is something to read.
 *
 * Not by `AbortSignal.any`: on Node 20 it leaves something on `signal` for each call ever made, and
 * loses the abort of an `AbortSignal.timeout` that nobody else holds. Not by holding `limit` weakly
 * either: browsers collect it while the body streams.
 */
export function abortWhileRead(outcome: unknown, signal: AbortSignal, limit: AbortController) {
  const stream = streamOf(pendingBodies.get(limit.signal) ?? outcome)
  pendingBodies.delete(limit.signal) // which would keep what is to be collected
  if (stream === undefined) return
  // `stop` is held by what `signal` holds, and weakly by `links`: neither outlives the signal
  const stop = onAbort(signal, () => {
    limit.abort(signal.reason)
    stop()
  })
  if (typeof FinalizationRegistry === 'undefined') return // older edge runtimes, where signals are short-lived
  links ??= new FinalizationRegistry((collected) => collected.deref()?.())
  links.register(stream, new WeakRef(stop))
}

/** The body, because a response is dropped as soon as its body is being read. */
function streamOf(outcome: unknown): object | undefined {
  try {
    const stream: object = Object((outcome as { body?: unknown } | undefined)?.body ?? outcome)
    return 'getReader' in stream || Symbol.asyncIterator in stream ? stream : undefined
  } catch {
    return undefined // a getter that throws; what was returned is the caller's all the same
  }
}
