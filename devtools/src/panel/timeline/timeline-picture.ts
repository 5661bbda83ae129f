import type { Circuit, CircuitKey, Span } from '../../session/state.ts'
import type { Palette } from '../theme/palette.ts'

/** Heights in CSS pixels, shared with the list of circuits beside the timeline. */
export const RULER_HEIGHT = 26
/** The height of what is drawn in a row. Rows are at least as high. */
export const LANE_HEIGHT = 28

/** A visible lane and its position. */
export interface LaneRow {
  readonly key: CircuitKey
  readonly circuit: Circuit
  /** Removed circuits that this one replaced; drawn in the same lane. */
  readonly earlier?: readonly Circuit[]
  /** The end of its data, Unix ms. */
  readonly until: number
  /** Its top edge in CSS pixels, relative to the timeline. */
  readonly y: number
  readonly selected: boolean
}

/** All input of drawing the timeline: equal pictures draw the same pixels. */
export interface TimelinePicture {
  readonly rows: readonly LaneRow[]
  /** CSS pixels. */
  readonly rowHeight: number
  readonly view: Span
  readonly width: number
  readonly height: number
  /** Device pixels per CSS pixel. */
  readonly scale: number
  readonly palette: Palette
  /** Unix ms. */
  readonly now: number
  /** Reloads, and pages restored from the back/forward cache. */
  readonly lines: readonly { readonly at: number; readonly label: string }[]
  readonly range?: Span | undefined
  /** The moment that the inspector shows. */
  readonly moment?: number | undefined
  /** The moment under the pointer. */
  readonly pointer?: number | undefined
}
