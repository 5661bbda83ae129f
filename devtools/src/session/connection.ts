import type { FrameId } from '../transports/transport.ts'
import { lostOf } from './documents.ts'
import { memo } from './memo.ts'
import type { DocumentKey, Frame, LogEntry, PageDocument, SessionState } from './state.ts'

/**
 * The status of the connection to the page.
 *
 * - `waiting`: before the first answer
 * - `live`: at least one frame answers
 * - `paused`: recording is off
 * - `absent`: every frame is without Fluxgate
 * - `failing`: no frame answers, and at least one has a failing hook
 * - `unresponsive`: no frame answers; the page is loading, busy or paused by a debugger
 * - `file`: the session was loaded from a file
 */
export type Connection =
  | 'waiting'
  | 'live'
  | 'paused'
  | 'absent'
  | 'failing'
  | 'unresponsive'
  | 'file'

export function connection({ source, recording, frames }: SessionState): Connection {
  if (source === 'file') return 'file'
  if (!recording) return 'paused'
  const all = [...frames.values()]
  if (all.length === 0) return 'waiting'
  if (all.some(({ document, condition }) => document !== undefined && condition === undefined)) {
    return 'live'
  }
  const failures = all.flatMap(({ condition }) => (condition?.kind === 'failing' ? condition : []))
  if (failures.length === 0) return 'absent'
  return failures.every(({ why }) => why === 'unresponsive') ? 'unresponsive' : 'failing'
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

export function losses({ documents, invalid, evicted }: SessionState): Losses {
  return lossesOf(documents, invalid, evicted)
}

const lossesOf = memo(
  (documents: ReadonlyMap<DocumentKey, PageDocument>, invalid: number, evicted: number): Losses => {
    let dropped = 0
    for (const document of documents.values()) dropped += lostOf(document)
    return { dropped, invalid, evicted }
  },
)

/** The boundary between two documents of a frame. */
export interface ReloadLine {
  readonly frame: FrameId
  /** The new document. */
  readonly documentKey: DocumentKey
  /** Unix ms of its load or return. */
  readonly timestamp: number
  /** Whether the document returned through the browser's history. */
  readonly restored: boolean
}

/** The boundaries between the documents of each frame, ordered by time. */
export function reloadLines({ documents }: SessionState): readonly ReloadLine[] {
  return linesBetween(documents)
}

const linesBetween = memo(
  (documents: ReadonlyMap<DocumentKey, PageDocument>): readonly ReloadLine[] => {
    const visits = [...documents.values()]
      .flatMap(({ key, frame, visits }) =>
        visits.map((timestamp, index) => ({
          frame,
          documentKey: key,
          timestamp,
          restored: index > 0,
        })),
      )
      .sort((a, b) => a.timestamp - b.timestamp)
    const seen = new Set<FrameId>()
    return visits.filter(({ frame }) => {
      const first = !seen.has(frame)
      seen.add(frame)
      return !first
    })
  },
)

/** Whether a document was loaded between the entry `before` and `entry`, which belongs to it. */
export function isAfterReload(
  lines: readonly ReloadLine[],
  before: LogEntry | undefined,
  entry: LogEntry,
): boolean {
  if (before === undefined || before.documentKey === entry.documentKey) return false
  return lines.some(
    ({ documentKey, timestamp }) =>
      documentKey === entry.documentKey &&
      before.timestamp <= timestamp &&
      timestamp <= entry.timestamp,
  )
}

/** The frames whose current document has Fluxgate, for the frame filter. */
export function answeringFrames({ frames }: SessionState): readonly Frame[] {
  return answering(frames)
}

const answering = memo((frames: ReadonlyMap<FrameId, Frame>) =>
  [...frames.values()].filter(({ document }) => document !== undefined),
)
