import type { State } from '@fluxgate/core'
import type {
  CircuitAdded,
  CircuitRemoved,
  LoggedEvent,
  MetricsTaken,
  SignalSent,
  WireAction,
} from '@fluxgate/core/devtools'
import type { CircuitAddress, FrameCondition, FrameId } from '../transports/transport.ts'
import type { Sequence } from './sequence.ts'

/** Names a document in a frame; opaque. */
export type EpochKey = string

/** Names a circuit in a document in a frame; opaque. */
export type CircuitKey = string

/** A frame of the page. */
export interface Frame {
  readonly id: FrameId
  /** The address of its document, empty until it has answered. */
  readonly url: string
  /** The document in it now; absent until it has answered, and where there is no Fluxgate. */
  readonly epoch?: EpochKey
  /** What is wrong with it; absent while it answers. */
  readonly condition?: FrameCondition
}

/** A document that told of itself: the present one of its frame, or an older one that is preserved. */
export interface Epoch {
  readonly key: EpochKey
  readonly frame: FrameId
  readonly epoch: string
  readonly url: string
  /** Unix ms at which it came, and was heard again after each return through the history. */
  readonly visits: readonly number[]
  /** The log of the page is known up to this place. */
  readonly end: number
  /** Logged events that were seen; what lacks up to `end` is lost, or not yet here. */
  readonly seen: number
  /** Logged events up to this place were cleared away, and do not count. */
  readonly clearedTo: number
}

/** How many calls had been rejected at a moment. */
export interface RejectionCount {
  readonly total: number
  /** Unix ms. */
  readonly timestamp: number
}

/** All that is known of a circuit. */
export interface Circuit {
  readonly key: CircuitKey
  readonly epochKey: EpochKey
  readonly address: CircuitAddress
  readonly name: string
  /** What was told when it came; absent when that was lost. */
  readonly added?: CircuitAdded
  /** False when the page refuses commands. */
  readonly controls: boolean
  readonly state: State
  /** Unix ms at which it came into this state. */
  readonly since: number
  /** Unix ms of the next probe, in `open`. */
  readonly retryAt?: number
  /** How often it opened, as far as the log goes. */
  readonly trips: number
  /** Calls rejected since it was made. */
  readonly rejections: number
  readonly removed?: CircuitRemoved
  /** The log of this circuit, in order. */
  readonly events: Sequence<LoggedEvent>
  /** The last signal that moved it. */
  readonly move?: SignalSent
  /** Its last shadow verdict: what it is known by when all else was lost. */
  readonly shadow?: SignalSent
  /** The last signal that moved it before the log begins: what it was in when that was cleared. */
  readonly anchor?: SignalSent
  /** Events up to this place among its own were cleared away or forgotten. */
  readonly forgottenTo: number
  /** Counts up to this total, and metrics up to this time, were cleared away. */
  readonly clearedTotal: number
  readonly clearedAt: number
  /** In the order of `total`. */
  readonly counts: Sequence<RejectionCount>
  /** While it was watched; in the order of time. */
  readonly metrics: Sequence<MetricsTaken>
}

/** A line of the log of all circuits. */
export interface LogEntry {
  readonly epochKey: EpochKey
  readonly circuitKey: CircuitKey
  /** Unix ms. */
  readonly timestamp: number
  readonly event: LoggedEvent
}

/** A command and what became of it. */
export interface CommandStatus {
  readonly id: number
  readonly circuitKey: CircuitKey
  readonly action: WireAction
  readonly status: 'pending' | 'confirmed' | 'failed'
  readonly error?: string
  /** Unix ms. */
  readonly sentAt: number
}

/** A span of time in Unix ms, `from` included and `to` not. */
export interface Span {
  readonly from: number
  readonly to: number
}

/** What the person at the panel has chosen to look at. */
export interface View {
  /** As typed: `state:open pay`. */
  readonly filter: string
  /** Absent for all frames. */
  readonly frame?: FrameId
  /** The range dragged in the timeline, which filters the log. */
  readonly selection?: Span
  /** The moment that the inspector shows, Unix ms; absent for now. */
  readonly moment?: number
  readonly circuit?: CircuitKey
  readonly entry?: LogEntry
}

/** Everything the panel knows. Never changed, always replaced. */
export interface SessionState {
  /** A file is for reading: no message changes it. */
  readonly source: 'live' | 'file'
  /** Unix ms up to which a file knows. */
  readonly savedAt?: number
  readonly recording: boolean
  readonly preserveLog: boolean
  readonly frames: ReadonlyMap<FrameId, Frame>
  /** In the order in which they were first heard. */
  readonly epochs: ReadonlyMap<EpochKey, Epoch>
  readonly circuits: ReadonlyMap<CircuitKey, Circuit>
  /** All events of all circuits, in the order of time. */
  readonly log: Sequence<LogEntry>
  /** Things that came from a page and were none of ours. */
  readonly invalid: number
  /** Log entries that the panel itself let go, to stay within its memory. */
  readonly forgotten: number
  /** Newest last, at most 100. */
  readonly commands: readonly CommandStatus[]
  readonly view: View
}
