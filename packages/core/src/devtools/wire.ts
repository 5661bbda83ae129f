import type { BreakerJson } from '../model/breaker-json.ts'
import type { RuleReport } from '../model/rule-report.ts'
import type { Signal } from '../model/signal.ts'
import type { Snapshot } from '../model/snapshot.ts'

/**
 * The key of the one object on `globalThis` that the devtools read. Registered, so that every copy
 * of the package and a panel outside the page mean the same one.
 */
export const devtoolsKey = 'fluxgate.devtools/v1'

/** A move by hand that the devtools may ask for. */
export type WireAction = 'reset' | 'forceOpen' | 'disable' | 'metricsOnly' | 'trip'

/** What a panel asks a page to do. */
export interface WireCommand {
  /** The `circuit` of its events: an id, not a name. */
  readonly circuit: string
  readonly action: WireAction
}

export type WireCommandResult =
  | { readonly ok: true }
  | { readonly ok: false; readonly error: string }

/** An event that stands in the page's log, until it is pushed out. */
interface Logged {
  /** Its place in the log: 1, 2, 3, … without a hole, so that what is missing can be counted. */
  readonly seq: number
  /**
   * Id of the circuit in this document. Names are no ids: two circuits of one name have two ids,
   * and a circuit that is detached and attached again gets a new one.
   */
  readonly circuit: string
  /** Its place among the events of its circuit: 0, 1, 2, … without a hole. */
  readonly index: number
}

/** A circuit came, or was there when its listener joined. Its first event, never pushed out before the rest. */
export interface CircuitAdded extends Logged {
  readonly type: 'circuit-added'
  /** False when the page refuses commands. */
  readonly controls: boolean
  readonly config: BreakerJson
  /** How it was then. */
  readonly snapshot: Snapshot
}

/** A circuit left its listener, or nobody holds it any more. Its last event. */
export interface CircuitRemoved extends Logged {
  readonly type: 'circuit-removed'
  readonly why: 'detached' | 'collected'
  /** Calls it had rejected by then, as far as somebody looked. */
  readonly rejections: number
  /** Unix ms. */
  readonly timestamp: number
}

/** A transition or a shadow verdict. */
export interface SignalSent extends Logged {
  readonly type: 'signal'
  readonly signal: Signal
  /** Calls rejected until then, since the circuit was made. */
  readonly rejections: number
  /** Who moved it, when it was neither the circuit nor the app. */
  readonly by?: 'devtools'
}

/** The devtools moved a circuit; what came of it is told by the signals that follow. */
export interface CommandRun extends Logged {
  readonly type: 'command'
  readonly action: WireAction
  /** Unix ms. */
  readonly timestamp: number
}

/**
 * How many calls a circuit had rejected, noticed when somebody read. A total, not a difference: a
 * later one contains all earlier ones, and the same one twice does no harm.
 */
export interface RejectionsCounted {
  readonly type: 'rejected'
  readonly circuit: string
  /** Calls rejected since the circuit was made. */
  readonly total: number
  /** Unix ms. */
  readonly timestamp: number
}

/** A watched circuit at the moment of the read. */
export interface MetricsTaken {
  readonly type: 'metrics'
  readonly circuit: string
  /** Unix ms. */
  readonly timestamp: number
  readonly snapshot: Snapshot
  /** What the rule says of the calls in the window now. */
  readonly report: RuleReport
}

export type LoggedEvent = CircuitAdded | CircuitRemoved | SignalSent | CommandRun

export type WireEvent = LoggedEvent | RejectionsCounted | MetricsTaken

/** The answer to a read. Flat JSON, with names, reasons and trees bounded in size. */
export interface WireAnswer {
  /** The cursor of the next read. */
  readonly next: number
  /** Logged events between the two cursors that were pushed out before this read. */
  readonly dropped: number
  /**
   * Logged events in the order of `seq`, at most {@link maxEventsPerRead}; then, when that was
   * all, counts and metrics.
   */
  readonly events: readonly WireEvent[]
}

/** A longer log is read in pages: `next` leads to the following one. */
export const maxEventsPerRead = 500

/** What stands at `globalThis[Symbol.for(devtoolsKey)]`. */
export interface DevtoolsHook {
  readonly version: 1
  /** New for each document, so that a reload is seen. */
  readonly epoch: string
  /**
   * What happened since `cursor`, 0 for everything still known. Takes nothing away: the same cursor
   * gives the same logged events again, so any number of panels may read. A cursor that this
   * document never gave reads from the beginning.
   *
   * @param watch.metrics ids of circuits whose metrics and live report are wanted, at most 100
   */
  read(cursor: number, watch?: { readonly metrics?: readonly string[] }): WireAnswer
  /** Moves a circuit by hand, or says in the result why not. */
  command(command: WireCommand): WireCommandResult
}
