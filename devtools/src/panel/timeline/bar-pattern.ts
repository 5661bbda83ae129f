import type { State } from '@fluxgate/core'
import type { Palette } from '../theme/palette.ts'
import { stateAppearance } from '../theme/state-appearance.ts'

const TILE = 6

const cache = new WeakMap<Palette, Map<string, CanvasPattern | string>>()

/** The fill of a state's bars. Patterns are made once: drawing lines into each bar costs too much. */
export function barFill(state: State, palette: Palette, scale: number): CanvasPattern | string {
  const fills = cache.get(palette) ?? new Map<string, CanvasPattern | string>()
  cache.set(palette, fills)
  const key = `${state} ${scale}`
  const known = fills.get(key)
  if (known !== undefined) return known
  const fill = makeFill(state, palette, scale) ?? palette.bar[state]
  fills.set(key, fill)
  return fill
}

function makeFill(state: State, palette: Palette, scale: number): CanvasPattern | undefined {
  const { bar } = stateAppearance[state]
  if (bar !== 'hatched' && bar !== 'striped') return undefined
  const size = Math.round(TILE * scale)
  const tile = new OffscreenCanvas(size, size)
  const context = tile.getContext('2d')
  if (context === null) return undefined
  context.fillStyle = palette.bar[state]
  context.fillRect(0, 0, size, size)
  context.strokeStyle = palette.surface
  context.globalAlpha = bar === 'hatched' ? 0.75 : 0.45
  context.lineWidth = size / (bar === 'hatched' ? 3.2 : 4)
  context.beginPath()
  // hatched leans one way and striped the other; both continue beyond the tile so that tiles join
  const lean = bar === 'hatched' ? 1 : -1
  for (const shift of [-size, 0, size]) {
    context.moveTo(shift - size * 0.5 * lean, size * 1.5)
    context.lineTo(shift + size * 1.5 * lean + (lean < 0 ? size : 0), -size * 0.5)
  }
  context.stroke()
  const pattern = context.createPattern(tile, 'repeat')
  pattern?.setTransform(new DOMMatrix().scale(1 / scale))
  return pattern ?? undefined
}
