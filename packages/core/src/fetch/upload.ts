import { type Init, type Input, isRequest, isStream } from './fetch-arguments.ts'

interface Upload {
  /** The body to send instead; undefined for the caller's. */
  readonly body: BodyInit | undefined
  /** Whether the caller's stream failed. */
  failed(): boolean | Promise<boolean>
}

/** Follows the stream that a request sends, so that its error is not taken for one of the service. */
export function watchUpload(input: Input, init: Init, isPlatform: boolean): Upload {
  const body: unknown = init?.body
  if (isStream(body)) {
    // A pipe unlocks the stream when it fails. A locked stream was used; fetch rejects it. workerd
    // knows the length of its own streams, and would not know that of the piped one.
    const piped = isPlatform && !body.locked && !('FixedLengthStream' in globalThis)
    const copy = piped ? body.pipeThrough(new TransformStream()) : undefined
    return { body: copy, failed: () => isErrored(body) }
  }
  const stream = body == null && isRequest(input) ? input.body : undefined
  // a stream of Node.js, which undici sends, keeps its error
  const failed = () => (isStream(stream) ? isErrored(stream) : !!Object(body).errored)
  return { body: undefined, failed }
}

async function isErrored(stream: ReadableStream): Promise<boolean> {
  if (stream.locked) return false
  const reader = stream.getReader()
  const closed = reader.closed.then(
    () => false,
    () => true,
  )
  // a few microtasks later, because the stream may be open
  const open = Promise.resolve(false).then().then().then()
  const errored = await Promise.race([closed, open])
  closed.catch(() => {})
  reader.releaseLock()
  return errored
}
