import { read } from '../internal/read.ts'
import { abortReason } from './abort-reason.ts'
import { onAbort } from './abort-relay.ts'

/** The bodies that callers can still read after their call failed, by the signal of that call. */
const pendingBodies = new WeakMap<AbortSignal, object>()

let cleanups: FinalizationRegistry<WeakRef<() => void>> | undefined

/** Declares that `outcome` can be read although the call whose context has `signal` fails. */
export function followAbortWhileReading(signal: AbortSignal, outcome: object): void {
  pendingBodies.set(signal, outcome)
}

/**
 * A response or a stream is read after its call has settled, and the caller may abort until then.
 * `limit` therefore follows `signal` while the stream of `outcome` can still be read.
 *
 * `AbortSignal.any` does not work here. On Node 20 it retains memory on `signal` for every call, and
 * it misses the abort of an `AbortSignal.timeout` that is not referenced elsewhere. A weak reference
 * to `limit` does not work either: browsers collect it while the body streams.
 */
export function abortWhileReading(outcome: unknown, signal: AbortSignal, limit: AbortController) {
  const stream = streamOf(pendingBodies.get(limit.signal) ?? outcome)
  pendingBodies.delete(limit.signal) // an entry would retain the body
  if (stream === undefined) return
  // `signal` holds `stop`, and `cleanups` holds it weakly: both can be collected with the signal.
  const stop = onAbort(signal, () => {
    limit.abort(abortReason(signal))
    stop()
  })
  if (typeof FinalizationRegistry === 'undefined') return // older edge runtimes; signals are short-lived there
  cleanups ??= new FinalizationRegistry((collected) => collected.deref()?.())
  cleanups.register(stream, new WeakRef(stop))
}

/** For a response, its body: the response itself is collected while the body is being read. */
function streamOf(outcome: unknown): object | undefined {
  const stream = read(outcome, 'body') ?? outcome
  const isStream = read(stream, 'getReader') ?? read(stream, Symbol.asyncIterator)
  return isStream ? Object(stream) : undefined
}
