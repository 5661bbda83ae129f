import type { WireAction, WireCommandResult, WireEvent } from '@fluxgate/core/devtools'

/** {@link topFrame}, or the URL of an iframe; `URL 2` for the second one at the same URL. */
export type FrameId = string

export const topFrame: FrameId = 'top'

/** What one read of one frame brought, checked. */
export interface Batch {
  readonly type: 'batch'
  readonly frame: FrameId
  /** The document that answered. */
  readonly epoch: string
  /** Its address, cut to a sensible length; empty where there is none. */
  readonly url: string
  /** The log is known up to here, as far as it was not pushed out. */
  readonly next: number
  /** Logged events that were pushed out of the page's log before this read. */
  readonly dropped: number
  readonly events: readonly WireEvent[]
  /** Events that were thrown away because they are none. */
  readonly invalid: number
  /** Unix ms, by the panel's clock. */
  readonly receivedAt: number
}

/**
 * How a frame answers: `absent` has no Fluxgate on the page; `failing` has something that throws,
 * does not answer or answers garbage.
 */
export type FrameCondition =
  | { readonly kind: 'absent' }
  | {
      readonly kind: 'failing'
      readonly why: 'threw' | 'silent' | 'garbage'
      readonly detail: string
    }

/** A frame that does not answer as it should; a batch says that it does again. */
export interface FrameFault {
  readonly type: 'fault'
  readonly frame: FrameId
  readonly condition: FrameCondition
  readonly receivedAt: number
}

/** A frame is no longer on the page. */
export interface FrameGone {
  readonly type: 'frame-gone'
  readonly frame: FrameId
  readonly receivedAt: number
}

/** Everything a transport tells. */
export type TransportMessage = Batch | FrameFault | FrameGone

/** A circuit in a document in a frame. */
export interface CircuitAddress {
  readonly frame: FrameId
  readonly epoch: string
  /** The `circuit` of its events. */
  readonly circuit: string
}

/**
 * The way from a panel to a page and back.
 *
 * Reads only while it is started and shown. May tell the same thing twice, and never throws: what
 * goes wrong on the way is a message or a result.
 */
export interface Transport {
  /** Begins to tell; twice is once. */
  start(tell: (message: TransportMessage) => void): void
  /** Nothing is told any more until the next start, which goes on where this one ended. */
  stop(): void
  /** A panel that nobody sees does not read. Shown at first. */
  setVisible(visible: boolean): void
  /** The circuits whose metrics the next reads bring; replaces the former ones. */
  watch(circuits: readonly CircuitAddress[]): void
  /** Resolves with what the page said, or that it said nothing. */
  command(address: CircuitAddress, action: WireAction): Promise<WireCommandResult>
}
