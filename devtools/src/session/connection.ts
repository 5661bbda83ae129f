import type { FrameId } from '../transports/transport.ts'
import { lostOf } from './epoch.ts'
import { memo } from './memo.ts'
import type { Epoch, EpochKey, Frame, LogEntry, SessionState } from './state.ts'

/**
 * The status of the connection to the page.
 *
 * - `waiting`: before the first answer
 * - `live`: at least one frame answers
 * - `paused`: recording is off
 * - `absent`: every frame is without Fluxgate
 * - `failing`: no frame answers, and at least one has a failing hook
 * - `silent`: no frame answers; the page is loading, busy or paused by a debugger
 * - `file`: the session was loaded from a file
 */
export type Connection = 'waiting' | 'live' | 'paused' | 'absent' | 'failing' | 'silent' | 'file'

export function connection({ source, recording, frames }: SessionState): Connection {
  if (source === 'file') return 'file'
  if (!recording) return 'paused'
  const all = [...frames.values()]
  if (all.length === 0) return 'waiting'
  if (all.some(({ epoch, condition }) => epoch !== undefined && condition === undefined)) {
    return 'live'
  }
  const failures = all.flatMap(({ condition }) => (condition?.kind === 'failing' ? condition : []))
  if (failures.length === 0) return 'absent'
  return failures.every(({ why }) => why === 'silent') ? 'silent' : 'failing'
}

/** Numbers of events that are missing in the session. */
export interface Losses {
  /** Events that were not received; most of them were evicted from the page's log. */
  readonly dropped: number
  /** Malformed answers and events. */
  readonly invalid: number
  /** Events that the panel evicted to bound its memory. */
  readonly evicted: number
}

export function losses({ epochs, invalid, evicted }: SessionState): Losses {
  return lossesOf(epochs, invalid, evicted)
}

const lossesOf = memo(
  (epochs: ReadonlyMap<EpochKey, Epoch>, invalid: number, evicted: number): Losses => {
    let dropped = 0
    for (const epoch of epochs.values()) dropped += lostOf(epoch)
    return { dropped, invalid, evicted }
  },
)

/** The boundary between two documents of a frame. */
export interface ReloadLine {
  readonly frame: FrameId
  /** The new document. */
  readonly epochKey: EpochKey
  /** Unix ms of its load or return. */
  readonly timestamp: number
  /** Whether the document returned through the browser's history. */
  readonly restored: boolean
}

/** The boundaries between the documents of each frame, ordered by time. */
export function reloadLines({ epochs }: SessionState): readonly ReloadLine[] {
  return linesBetween(epochs)
}

const linesBetween = memo((epochs: ReadonlyMap<EpochKey, Epoch>): readonly ReloadLine[] => {
  const visits = [...epochs.values()]
    .flatMap(({ key, frame, visits }) =>
      visits.map((timestamp, index) => ({ frame, epochKey: key, timestamp, restored: index > 0 })),
    )
    .sort((a, b) => a.timestamp - b.timestamp)
  const seen = new Set<FrameId>()
  return visits.filter(({ frame }) => {
    const first = !seen.has(frame)
    seen.add(frame)
    return !first
  })
})

/** Whether a document was loaded between the entry `before` and `entry`, which belongs to it. */
export function isAfterReload(
  lines: readonly ReloadLine[],
  before: LogEntry | undefined,
  entry: LogEntry,
): boolean {
  if (before === undefined || before.epochKey === entry.epochKey) return false
  return lines.some(
    ({ epochKey, timestamp }) =>
      epochKey === entry.epochKey && before.timestamp <= timestamp && timestamp <= entry.timestamp,
  )
}

/** The frames whose current document has Fluxgate, for the frame filter. */
export function answeringFrames({ frames }: SessionState): readonly Frame[] {
  return answering(frames)
}

const answering = memo((frames: ReadonlyMap<FrameId, Frame>) =>
  [...frames.values()].filter(({ epoch }) => epoch !== undefined),
)
