import { type Init, type Input, isIterable, isRequest, isStream } from './fetch-arguments.ts'
import { isConstructible } from './not-sent.ts'

interface Upload {
  /** The body to send instead; undefined for the caller's. */
  readonly body: BodyInit | undefined
  /** Whether the body is a stream, which cannot be sent a second time. */
  readonly once: boolean
  /** Whether the caller's stream failed. */
  failed(): boolean | Promise<boolean>
}

/** Follows the stream that a request sends, so that its error is not taken for one of the service. */
export function watchUpload(text: string, input: Input, init: Init, isPlatform: boolean): Upload {
  const body: unknown = init?.body
  if (isStream(body)) {
    // A pipe unlocks the stream when it fails. A locked stream was used; fetch rejects it. When fetch
    // rejects the request, the caller can still use the stream. workerd knows the length of its own
    // streams, and would not know that of the piped one.
    const piped =
      isPlatform &&
      !body.locked &&
      !('FixedLengthStream' in globalThis) &&
      isConstructible(text, input, init)
    const copy = piped ? body.pipeThrough(new TransformStream()) : undefined
    return { body: copy, once: true, failed: () => isErrored(body) }
  }
  // a stream of Node.js keeps its error; an async generator does not
  if (isPlatform && isIterable(body) && !('errored' in body)) return watchIterable(body)
  const stream = body == null && isRequest(input) ? input.body : undefined
  const once = isStream(stream) || isIterable(body)
  const failed = () => (isStream(stream) ? isErrored(stream) : !!Object(body).errored)
  return { body: undefined, once, failed }
}

function watchIterable(body: AsyncIterable<unknown>): Upload {
  let failed = false
  async function* watched() {
    try {
      yield* body
    } catch (error) {
      failed = true
      throw error
    }
  }
  // undici sends it, although it is no BodyInit
  return { body: watched() as never, once: true, failed: () => failed }
}

async function isErrored(stream: ReadableStream): Promise<boolean> {
  if (stream.locked) return false
  const reader = stream.getReader()
  let errored = false
  reader.closed.catch(() => {
    errored = true
  })
  // a few microtasks later, because the stream may be open
  for (let left = 3; left > 0; left--) await undefined
  reader.releaseLock()
  return errored
}
