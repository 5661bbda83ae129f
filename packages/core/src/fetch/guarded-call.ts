import { followAbortWhileReading } from '../calls/abort-while-reading.ts'
import type { CircuitBreaker } from '../circuit-breaker.ts'
import { type CallContext, judgeError } from '../model/call-options.ts'
import type { Outcome } from '../model/outcome.ts'
import { isServiceError } from '../policies/service-error.ts'
import type { CreateFetchOptions } from './create-fetch-options.ts'
import {
  type Init,
  type Input,
  isRequest,
  type RequestHead,
  requestHead,
  signalOf,
  withMembers,
} from './fetch-arguments.ts'
import { HttpStatusError } from './http-status-error.ts'
import { addKeptDelay, keepDelay, remainingDelayMs } from './kept-delay.ts'
import { watchSending } from './not-sent.ts'
import { RequestNotSentError } from './request-not-sent-error.ts'
import { delayOf, isFailedResponse, isOfOtherOrigin, openFor } from './responses.ts'
import { failedElsewhere, isAnswer, isUnreadableFile } from './thrown-errors.ts'
import { watchUpload } from './upload.ts'

/** A request on its way through a circuit. */
export interface GuardedRequest {
  readonly input: Input
  readonly init: Init
  /** The URL as the caller wrote it. */
  readonly text: string
  /** Undefined for a relative URL that only the given fetch resolves. */
  readonly url: URL | undefined
  readonly head: RequestHead | undefined
  readonly timeoutMs: number | undefined
  readonly isPlatform: boolean
  send(input: Input, init: Init): Promise<Response>
}

/** A response that counts as a failure, and the error that stands for it inside of the circuit. */
interface FailedResponse {
  readonly response: Response
  readonly error: HttpStatusError
  readonly delayMs: number | undefined
}

/** Sends a request through its circuit. */
export function callGuarded(
  circuit: CircuitBreaker,
  request: GuardedRequest,
  options: CreateFetchOptions,
): Promise<Response> {
  const { input, init, text, url, head, timeoutMs, isPlatform } = request
  const { isFailure, maxRetryAfterMs = 300_000, openOnRetryAfter, fallback } = options
  const signal = signalOf(input, init)
  // fetch rejects anything else itself
  const usable = typeof signal?.aborted === 'boolean' && !!signal.addEventListener
  let failed: FailedResponse | undefined
  /** The outcomes of errors for which the tracker is not asked. */
  const judged = new Map<unknown, Outcome>()
  let removeDelay: (() => void) | undefined

  const send = async ({ signal: callSignal }: CallContext): Promise<Response> => {
    const limited = callSignal !== undefined && callSignal !== signal
    const isNotSent = watchSending(text, input, init, isPlatform)
    const upload = watchUpload(text, input, init, isPlatform)
    const changed = {
      ...(limited && { signal: callSignal }),
      ...(upload.body && { body: upload.body }),
    }
    const same = Object.keys(changed).length === 0
    let response: Response
    try {
      response = await request.send(input, same ? init : withMembers(input, init, changed))
    } catch (error) {
      if ((await upload.failed()) || isUnreadableFile(error)) judged.set(error, 'aborted')
      else if (await isNotSent(error)) throw new RequestNotSentError(error)
      else if (isAnswer(error, upload.once)) judged.set(error, 'success')
      else if (url && !Object(init).dispatcher && failedElsewhere(error, url)) {
        judged.set(error, 'ignored')
      }
      throw error
    }
    // a mock may return anything
    if (!response || !isFailedResponse(circuit, response, isFailure)) return response
    if (limited) followAbortWhileReading(callSignal, response)
    const method = head?.method ?? init?.method ?? (isRequest(input) ? input.method : 'GET')
    const elsewhere = isOfOtherOrigin(url, response)
    const delayMs = elsewhere
      ? undefined
      : delayOf(response, circuit.clock.timestamp(), maxRetryAfterMs)
    const longestMs = elsewhere ? 0 : Math.max(delayMs ?? 0, remainingDelayMs(circuit))
    if (delayMs) keepDelay(circuit, delayMs)
    const { status } = response
    const error = new HttpStatusError(status, url, longestMs || undefined, method.toUpperCase())
    failed = { response, error, delayMs }
    judged.set(error, elsewhere ? 'ignored' : 'failure')
    throw error
  }

  return circuit.call(send, {
    signal: usable ? signal : undefined,
    // with a time limit, the signal would be replaced
    timeoutMs: signal && !usable ? Infinity : timeoutMs,
    [judgeError]: (error) => {
      const outcome = judged.get(error)
      if (outcome) return outcome
      removeDelay = addKeptDelay(circuit, error)
      return isServiceError(error) ? 'failure' : undefined
    },
    fallback: (error) => {
      removeDelay?.()
      if (failed && error === failed.error) {
        const { response, delayMs, error: statusError } = failed
        // the circuit keeps the error, whose stack in V8 keeps this scope
        failed = undefined
        judged.clear()
        if (openOnRetryAfter && delayMs) openFor(circuit, delayMs, statusError)
        return response
      }
      if (error instanceof RequestNotSentError) throw error.cause
      const aborted = judged.get(error) === 'aborted'
      const forFallback =
        fallback && !aborted ? (head ?? requestHead(input, init, url?.href ?? text)) : undefined
      if (!fallback || !forFallback) throw error
      return fallback(error, forFallback)
    },
  })
}
