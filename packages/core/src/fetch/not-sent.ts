import { isObject } from '../internal/is-object.ts'
import {
  type Init,
  type Input,
  isIterable,
  isRequest,
  isStream,
  membersOf,
} from './fetch-arguments.ts'
import { isBadArgument, isRefusedByUndici } from './thrown-errors.ts'

/** The most bytes of a request with `keepalive`. */
const MAX_KEEPALIVE_BYTES = 65_536

/**
 * Looks at a request before it is sent. The result finds out whether an error means that nothing was
 * sent.
 *
 * @param text the URL as the caller wrote it
 * @param isPlatform it is the platform's fetch, whose rules are known
 */
export function watchSending(
  text: string,
  input: Input,
  init: Init,
  isPlatform: boolean,
): (error: unknown) => boolean | Promise<boolean> {
  const body = init?.body
  const source = body == null && isRequest(input) ? input : undefined
  const used = source ? source.bodyUsed || source.body?.locked : isStream(body) && body.locked
  const keepalive = init?.keepalive ?? (isRequest(input) && input.keepalive)
  // fetch reads the body of a Request, so that its size is unknown afterwards
  const copy = isPlatform && keepalive && !used ? source?.clone() : undefined

  return (error) => {
    if (globalThis.navigator?.onLine === false || isRefusedByUndici(error)) return true
    if (!isPlatform) return false
    if (used || isBadArgument(error) || !isConstructible(text, input, init, error)) return true
    // a browser gives no cause; other platforms have no such limit
    const limited = keepalive && (error as Error | undefined)?.cause === undefined
    if (!limited || isStream(body) || isIterable(body)) return false
    return isTooLong(copy ?? new Response(body))
  }
}

async function isTooLong(content: Request | Response): Promise<boolean> {
  try {
    return (await content.arrayBuffer()).byteLength > MAX_KEEPALIVE_BYTES
  } catch {
    return false
  }
}

/**
 * Whether fetch can make a request of these arguments: the constructor of Request throws for the same
 * ones. Does not read the body.
 *
 * @param thrown what fetch threw, which is the error of a getter of the caller's when it is thrown again
 */
export function isConstructible(text: string, input: Input, init: Init, thrown?: unknown): boolean {
  if (init != null && !isObject(init)) return false
  const method = isRequest(input) ? input.method : 'GET'
  try {
    const { body, ...rest } = membersOf(init)
    const unread = isStream(body) || isIterable(body)
    if (!unread) new Response(body)
    const other = body != null && { body: isStream(body) ? new ReadableStream() : '' }
    new Request(text, { method, ...rest, signal: null, ...other })
    return true
  } catch (error) {
    // by name: the platform may be another realm
    return error !== thrown && (error as Error).name !== 'TypeError'
  }
}
