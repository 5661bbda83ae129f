import type { WireAction, WireCommandResult, WireEvent } from '@fluxgate/core/devtools'

/** {@link topFrame}, or the URL of an iframe; `URL 2` for the second one at the same URL. */
export type FrameId = string

export const topFrame: FrameId = 'top'

/** The validated result of one read of one frame. */
export interface Batch {
  readonly type: 'batch'
  readonly frame: FrameId
  /** The document that answered. */
  readonly epoch: string
  /** URL of the document, at most 2,000 characters; empty where there is none. */
  readonly url: string
  /** Cursor of the next read: `seq` of the last logged event that was sent or evicted. */
  readonly next: number
  /** Number of logged events that the page evicted before this read. */
  readonly dropped: number
  readonly events: readonly WireEvent[]
  /** Number of events that were discarded as malformed. */
  readonly invalid: number
  /** Unix ms, by the panel's clock. */
  readonly receivedAt: number
}

/**
 * Why a frame is not readable. `absent`: the document has no Fluxgate. `failing`: its hook throws,
 * does not answer, or answers with malformed data.
 */
export type FrameCondition =
  | { readonly kind: 'absent' }
  | {
      readonly kind: 'failing'
      readonly why: 'threw' | 'unresponsive' | 'malformed'
      readonly detail: string
    }

/** A frame is not readable. The next batch of the frame ends the fault. */
export interface FrameFault {
  readonly type: 'fault'
  readonly frame: FrameId
  readonly condition: FrameCondition
  readonly receivedAt: number
}

/** A frame was removed from the page. */
export interface FrameRemoved {
  readonly type: 'frame-removed'
  readonly frame: FrameId
  readonly receivedAt: number
}

/** Everything that a transport emits. */
export type TransportMessage = Batch | FrameFault | FrameRemoved

/** A circuit in a document in a frame. */
export interface CircuitAddress {
  readonly frame: FrameId
  readonly epoch: string
  /** The `circuit` of its events. */
  readonly circuit: string
}

/**
 * The connection between a panel and a page.
 *
 * Reads only while it is started and visible. May emit the same event twice. Never throws: a failed
 * read is a fault message, a failed command a result.
 */
export interface Transport {
  /** Starts reading. A second call replaces the listener. */
  start(listener: (message: TransportMessage) => void): void
  /** Stops reading; no message is emitted afterwards. The next start continues from here. */
  stop(): void
  /** Pauses reading while the panel is hidden. Visible by default. */
  setVisible(visible: boolean): void
  /** Sets the circuits whose metrics the next reads include; replaces the previous set. */
  watch(circuits: readonly CircuitAddress[]): void
  /** Resolves with the result of the page, or with an error when the page does not answer. */
  command(address: CircuitAddress, action: WireAction): Promise<WireCommandResult>
}
