import type { FrameId } from '../transports/transport.ts'
import { lostOf } from './epoch.ts'
import { memo } from './memo.ts'
import type { Epoch, EpochKey, Frame, LogEntry, SessionState } from './state.ts'

/**
 * How things stand with the page: nothing heard yet; a frame answers; recording is off; no frame
 * has Fluxgate; every frame that answers at all does so wrongly; it is a file.
 */
export type Connection = 'waiting' | 'live' | 'paused' | 'absent' | 'failing' | 'file'

export function connection({ source, recording, frames }: SessionState): Connection {
  if (source === 'file') return 'file'
  if (!recording) return 'paused'
  const all = [...frames.values()]
  if (all.length === 0) return 'waiting'
  if (all.some(({ epoch, condition }) => epoch !== undefined && condition === undefined)) {
    return 'live'
  }
  return all.some(({ condition }) => condition?.kind === 'failing') ? 'failing' : 'absent'
}

/** What the picture lacks, and what was thrown away. */
export interface Losses {
  /** Events that never arrived, most of them pushed out of the page's log before it was read. */
  readonly dropped: number
  /** Answers and events that were none of ours. */
  readonly invalid: number
  /** Events that the panel let go to stay within its memory. */
  readonly forgotten: number
}

export function losses({ epochs, invalid, forgotten }: SessionState): Losses {
  return lossesOf(epochs, invalid, forgotten)
}

const lossesOf = memo(
  (epochs: ReadonlyMap<EpochKey, Epoch>, invalid: number, forgotten: number): Losses => {
    let dropped = 0
    for (const epoch of epochs.values()) dropped += lostOf(epoch)
    return { dropped, invalid, forgotten }
  },
)

/** A moment at which a frame got another document. */
export interface ReloadLine {
  readonly frame: FrameId
  /** The document that came. */
  readonly epochKey: EpochKey
  /** Unix ms at which it came. */
  readonly timestamp: number
  /** A page that was seen before came back, through the browser's history. */
  readonly restored: boolean
}

/** The lines between the documents of each frame, in the order of time. */
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

/** Whether `entry` is the first one of a document that came after the entry `before` it. */
export function isBehindLine(
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

/** The frames of the page that answer, for the frame filter. */
export function answeringFrames({ frames }: SessionState): readonly Frame[] {
  return answering(frames)
}

const answering = memo((frames: ReadonlyMap<FrameId, Frame>) =>
  [...frames.values()].filter(({ epoch }) => epoch !== undefined),
)
