import type { BreakerJson } from '../model/breaker-json.ts'
import type { RuleReport } from '../model/rule-report.ts'
import type { Signal } from '../model/signal.ts'
import type { Snapshot } from '../model/snapshot.ts'

/**
 * The description of the registered symbol under which the devtools find their object on
 * `globalThis`. It is the same in every copy of the package.
 */
export const devtoolsKey = 'fluxgate.devtools/v1'

/** A manual transition that the devtools can run. */
export type WireAction = 'reset' | 'forceOpen' | 'disable' | 'metricsOnly' | 'trip'

/** A request of the panel to change the state of a circuit. */
export interface WireCommand {
  /** The id of the circuit, as in its events. */
  readonly circuit: string
  readonly action: WireAction
}

export type WireCommandResult =
  | { readonly ok: true }
  | { readonly ok: false; readonly error: string }

/** An event in the log of the document, until it is dropped. */
interface Logged {
  /** Position in the log: 1, 2, 3, … without gaps, so that a reader can count dropped events. */
  readonly seq: number
  /**
   * Id of the circuit in this document. Two circuits of the same name have two ids. A circuit that is
   * detached and attached again has a new id.
   */
  readonly circuit: string
  /** Position among the events of its circuit: 0, 1, 2, … without gaps. */
  readonly index: number
}

/** A listener was attached to a circuit. The first event of the circuit, which is dropped last. */
export interface CircuitAdded extends Logged {
  readonly type: 'circuit-added'
  /** False when the document rejects commands. */
  readonly controls: boolean
  readonly config: BreakerJson
  /** The circuit at that time. */
  readonly snapshot: Snapshot
}

/** The listener was detached, or the circuit was garbage-collected. Its last event. */
export interface CircuitRemoved extends Logged {
  readonly type: 'circuit-removed'
  readonly why: 'detached' | 'collected'
  /** Calls rejected so far. For a collected circuit: at the last read. */
  readonly rejections: number
  /** Unix ms. */
  readonly timestamp: number
}

/** A transition or a shadow verdict. */
export interface SignalSent extends Logged {
  readonly type: 'signal'
  readonly signal: Omit<Signal, 'error'>
  /** Calls rejected so far, since the circuit was made. */
  readonly rejections: number
  /** Set when a command of the devtools caused the transition. */
  readonly by?: 'devtools'
}

/** The devtools ran a command. The signals that follow show its effect. */
export interface CommandRun extends Logged {
  readonly type: 'command'
  readonly action: WireAction
  /** Unix ms. */
  readonly timestamp: number
}

/**
 * The number of calls that a circuit has rejected, counted at a read. It is a total, so that a reader
 * needs only the latest one and may receive it twice.
 */
export interface RejectionsCounted {
  readonly type: 'rejected'
  readonly circuit: string
  /** Calls rejected since the circuit was made. */
  readonly total: number
  /** Unix ms. */
  readonly timestamp: number
}

/** The metrics of a watched circuit at the time of the read. */
export interface MetricsTaken {
  readonly type: 'metrics'
  readonly circuit: string
  /** Unix ms. */
  readonly timestamp: number
  readonly snapshot: Snapshot
  /** The report of the rule on the current window. */
  readonly report: RuleReport
}

export type LoggedEvent = CircuitAdded | CircuitRemoved | SignalSent | CommandRun

export type WireEvent = LoggedEvent | RejectionsCounted | MetricsTaken

/** The answer to a read: JSON, in which names, reasons and trees have a limited size. */
export interface WireAnswer {
  /** The cursor of the next read. */
  readonly next: number
  /**
   * The time of the read by the clock of the page, Unix ms. It can differ from the time of the
   * reader: the page runs on another machine, or a test replaced `Date`.
   */
  readonly now: number
  /**
   * By circuit: how far its own clock is behind `now`, in ms; negative when it is ahead. Contains only
   * circuits whose clock differs by a second or more, such as those with a `ManualClock`.
   */
  readonly clocks?: Readonly<Record<string, number>>
  /** Number of logged events between the two cursors that were dropped before this read. */
  readonly dropped: number
  /**
   * Logged events in the order of `seq`, at most {@link maxEventsPerRead}. The last page also has
   * the rejection counts and metrics.
   */
  readonly events: readonly WireEvent[]
}

/** The size of a page. A longer log takes several reads, each from the `next` of the one before. */
export const maxEventsPerRead = 500

/** The object at `globalThis[Symbol.for(devtoolsKey)]`. */
export interface DevtoolsHook {
  readonly version: 1
  /** A new value for each document, so that a reader detects a reload. */
  readonly epoch: string
  /**
   * Returns the events since `cursor`; 0 means from the beginning. A read removes nothing, so that
   * several panels can read. An unknown cursor reads from the beginning.
   *
   * @param watch.metrics ids of circuits to return metrics and a live report for, at most 100; their calls
   * are timed for the next 10 s
   */
  read(cursor: number, watch?: { readonly metrics?: readonly string[] }): WireAnswer
  /** Runs a manual transition. The result contains an error when it was rejected. */
  command(command: WireCommand): WireCommandResult
}
