import { noHook } from './frame-client.ts'
import { PollingTransport } from './polling-transport.ts'
import type { FrameId, Transport } from './transport.ts'

/** The requests of {@link httpTransport}. Each is a POST with a JSON body. */
export const httpPaths = {
  /** Answers with the ids of all frames except the top one, as a JSON array. */
  frames: '/api/frames',
  /** `{ frame, epoch, cursor, metrics }`; answers as `FrameClient.read`. */
  read: '/api/read',
  /** `{ frame, epoch, command }`; answers as `FrameClient.command`. */
  command: '/api/command',
} as const

export interface HttpTransportOptions {
  /** Unix ms. */
  readonly now: () => number
  /** The token of the server, sent as a bearer token. */
  readonly token: string
  /** Sends a request to the server of this page. */
  readonly fetch: (path: string, init: RequestInit) => Promise<Response>
}

/**
 * Reads Node processes through the server that `inspect` or `serveDevtools` starts. Each process is a
 * frame. A server that does not answer has ended, so its frames are reported as absent.
 */
export function httpTransport({ now, token, fetch }: HttpTransportOptions): Transport {
  /** Resolves with `undefined` when the server does not answer. */
  async function post(path: string, body: object): Promise<string | undefined> {
    let ok: boolean
    let text: string
    try {
      const response = await fetch(path, {
        method: 'POST',
        headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
        cache: 'no-store',
        redirect: 'error',
      })
      ok = response.ok
      text = await response.text()
    } catch {
      return undefined
    }
    if (!ok) throw new Error(text)
    return text
  }

  return new PollingTransport({
    now,
    clientFor: (frame) => ({
      read: async (request) => (await post(httpPaths.read, { frame, ...request })) ?? noHook,
      command: async (epoch, command) =>
        (await post(httpPaths.command, { frame, epoch, command })) ?? serverEnded,
    }),
    iframes: async () => parseFrames(await post(httpPaths.frames, {})),
  })
}

const serverEnded = JSON.stringify({ ok: false, error: 'the server does not answer' })

/** Throws when the server did not answer, so that the known frames are kept. */
function parseFrames(text: string | undefined): readonly FrameId[] {
  const ids: unknown = text === undefined ? undefined : JSON.parse(text)
  if (!Array.isArray(ids)) throw new Error('the server did not list its frames')
  return ids.filter((id) => typeof id === 'string')
}
