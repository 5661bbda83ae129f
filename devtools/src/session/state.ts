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
import type { SortedList } from './sorted-list.ts'

/** Opaque key of a document in a frame. */
export type DocumentKey = string

/** Opaque key of a circuit in a document in a frame. */
export type CircuitKey = string

/** A frame of the page. */
export interface Frame {
  readonly id: FrameId
  /** URL of its document; empty until the first answer. */
  readonly url: string
  /** Its current document; absent until the first answer, and in a document without Fluxgate. */
  readonly document?: DocumentKey
  /** Why it is not readable; absent while it answers. */
  readonly condition?: FrameCondition
}

/** A document: the current one of its frame, or an earlier one whose log is preserved. */
export interface PageDocument {
  readonly key: DocumentKey
  readonly frame: FrameId
  /** Its id in the wire protocol. */
  readonly epoch: string
  readonly url: string
  /** Unix ms of its load, then of each return through the browser's history. */
  readonly visits: readonly number[]
  /** The highest `seq` that the page had assigned at the last read. */
  readonly end: number
  /** Number of logged events received since `clearedTo`; others up to `end` are lost or pending. */
  readonly seen: number
  /** `seq` of the last logged event when the log was cleared. */
  readonly clearedTo: number
}

/** Total of rejected calls at a moment. */
export interface RejectionCount {
  readonly total: number
  /** Unix ms. */
  readonly timestamp: number
}

/** Everything that is known about a circuit. */
export interface Circuit {
  readonly key: CircuitKey
  readonly documentKey: DocumentKey
  readonly address: CircuitAddress
  readonly name: string
  /** Its first event; absent when that was lost. */
  readonly added?: CircuitAdded
  /** False when the page rejects commands. */
  readonly controls: boolean
  readonly state: State
  /** Unix ms of the transition to this state. */
  readonly since: number
  /** Unix ms of the next probe, in `open`. */
  readonly retryAt?: number
  /** Number of transitions to `open` in the log. */
  readonly trips: number
  /** Calls rejected since its creation. */
  readonly rejections: number
  readonly removed?: CircuitRemoved
  /** The log of this circuit, ordered by `index`. */
  readonly events: SortedList<LoggedEvent>
  /** Its last signal that is not a shadow verdict. */
  readonly lastTransition?: SignalSent
  /** Its last shadow verdict: the source of its name and state when all else was lost. */
  readonly lastShadowVerdict?: SignalSent
  /** The last transition before the log begins: gives the state at the start of the log. */
  readonly anchor?: SignalSent
  /** `index` of its last event that was cleared or evicted; -1 if none was. */
  readonly evictedTo: number
  /** Counts up to this total and metrics up to this time were cleared; -1 if none were. */
  readonly clearedTotal: number
  readonly clearedAt: number
  /** Ordered by `total`. */
  readonly counts: SortedList<RejectionCount>
  /** Metrics from the time it was watched, ordered by time. */
  readonly metrics: SortedList<MetricsTaken>
}

/** An entry in the log of all circuits. */
export interface LogEntry {
  readonly documentKey: DocumentKey
  readonly circuitKey: CircuitKey
  /** Unix ms. */
  readonly timestamp: number
  readonly event: LoggedEvent
}

/** A command and its outcome. */
export interface CommandStatus {
  readonly id: number
  readonly circuitKey: CircuitKey
  readonly action: WireAction
  readonly status: 'pending' | 'confirmed' | 'failed'
  readonly error?: string
  /** Unix ms. */
  readonly sentAt: number
}

/** A span of time in Unix ms: `from` is inclusive, `to` exclusive. */
export interface Span {
  readonly from: number
  readonly to: number
}

/**
 * The order of the list. `opened`: circuits that are down first, in the order in which they went
 * down. `probe`: by the time of the next probe.
 */
export type RowOrder = 'opened' | 'name' | 'trips' | 'probe'

/** What the user has selected in the panel. */
export interface View {
  /** As typed: `state:open pay`. */
  readonly filter: string
  /** Absent for all frames. */
  readonly frame?: FrameId
  /** The range selected in the timeline; it filters the log. */
  readonly selection?: Span
  /** The moment that the inspector shows, in Unix ms; absent for the present. */
  readonly moment?: number
  readonly circuit?: CircuitKey
  /** The circuit that the user chose, by frame and name; absent while the panel chooses. */
  readonly followed?: { readonly frame: FrameId; readonly name: string }
  readonly entry?: LogEntry
  /** Default `opened`. */
  readonly order?: RowOrder
}

/** The state of a panel. Immutable. */
export interface SessionState {
  /** Only the view of a `file` can change. */
  readonly source: 'live' | 'file'
  /** Unix ms at which a file was saved. */
  readonly savedAt?: number
  readonly recording: boolean
  readonly preserveLog: boolean
  readonly frames: ReadonlyMap<FrameId, Frame>
  /** In the order of their first batch. */
  readonly documents: ReadonlyMap<DocumentKey, PageDocument>
  readonly circuits: ReadonlyMap<CircuitKey, Circuit>
  /** All events of all circuits, ordered by time. */
  readonly log: SortedList<LogEntry>
  /** Number of malformed answers and events. */
  readonly invalid: number
  /** Number of log entries that the panel evicted to bound its memory. */
  readonly evicted: number
  /** At most 100, newest last. */
  readonly commands: readonly CommandStatus[]
  readonly view: View
}
