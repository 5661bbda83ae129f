import type { State } from '@fluxgate/core'
import type { Palette } from '../theme/palette.ts'
import { type Context, rect } from './canvas.ts'
import { drawBar, drawDensity, drawDiamond, drawFlag } from './draw-lane.ts'

/** A mark of the timeline, for the legend. */
export type Mark = State | 'rejections' | 'manual' | 'shadow' | 'lost' | 'reload'

/** CSS pixels. */
export const MARK_WIDTH = 28
export const MARK_HEIGHT = 16

/** Lanes begin a few pixels above their bars. */
const TOP = -3

export function drawMark(context: Context, mark: Mark, palette: Palette, scale: number): void {
  context.setTransform(scale, 0, 0, scale, 0, 0)
  context.clearRect(0, 0, MARK_WIDTH, MARK_HEIGHT)
  switch (mark) {
    case 'rejections':
      drawDensity(context, palette, [1, 3, 2, 5, 9, 6, 4, 8], 9, -12)
      return
    case 'manual':
      drawFlag(context, palette, 8, 0)
      return
    case 'shadow':
      drawDiamond(context, palette, MARK_WIDTH / 2, TOP)
      return
    case 'lost':
      rect(context, palette.textMuted, 0, 2, MARK_WIDTH, 12, 0.2)
      return
    case 'reload':
      for (let y = 0; y < MARK_HEIGHT; y += 7) rect(context, palette.accent, 13, y, 1, 4)
      return
    default:
      // too short for the label of the bar
      drawBar(context, { palette, scale }, mark, 0, MARK_WIDTH, TOP)
  }
}
