import { type FrameId, topFrame } from '../transports/transport.ts'

/** Origin and path of an address: the query and the fragment can contain tokens. */
export function shareableUrl(url: string): string {
  if (!URL.canParse(url)) return url.split(/[?#]/, 1)[0] ?? ''
  const { protocol, host, pathname } = new URL(url)
  // `data:` and `blob:` addresses contain the document or its id
  return /^(https?|file):$/.test(protocol) ? `${protocol}//${host}${pathname}` : protocol
}

/** The ids of frames without query and fragment. Frames that become equal are numbered. */
export function shareableFrames(frames: readonly FrameId[]): ReadonlyMap<FrameId, FrameId> {
  const shared = new Map<FrameId, FrameId>()
  const used = new Map<string, number>()
  for (const frame of frames) {
    if (frame === topFrame || shared.has(frame)) continue
    const [url = ''] = frame.split(' ')
    const short = shareableUrl(url)
    const number = (used.get(short) ?? 0) + 1
    used.set(short, number)
    shared.set(frame, number === 1 ? short : `${short} ${number}`)
  }
  return shared
}
