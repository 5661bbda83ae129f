import type { Circuit, CircuitKey, Span } from '../../session/state.ts'
import type { Palette } from '../theme/palette.ts'

/** Heights in CSS pixels. Rows are those of the list of circuits beside the timeline. */
export const RULER_HEIGHT = 26
export const ROW_HEIGHT = 28

/** A lane that is seen, and where. */
export interface LaneRow {
  readonly key: CircuitKey
  readonly circuit: Circuit
  /** Unix ms up to which anything is known of it. */
  readonly until: number
  /** Its top edge, in CSS pixels below that of the timeline. */
  readonly y: number
  readonly selected: boolean
}

/** Everything that a picture of the timeline is made of. Equal ones look the same. */
export interface TimelinePicture {
  readonly rows: readonly LaneRow[]
  readonly view: Span
  readonly width: number
  readonly height: number
  /** Device pixels per CSS pixel. */
  readonly scale: number
  readonly palette: Palette
  /** Unix ms. */
  readonly now: number
  /** Reloads and returns through the history. */
  readonly lines: readonly { readonly at: number; readonly label: string }[]
  readonly range?: Span | undefined
  /** The moment that the inspector shows. */
  readonly moment?: number | undefined
  /** The moment under the pointer. */
  readonly pointer?: number | undefined
}
