import type { State } from '@fluxgate/core'
import type { Palette } from '../theme/palette.ts'
import { stateAppearance } from '../theme/state-appearance.ts'

const TILE = 6

const cache = new WeakMap<Palette, Map<string, CanvasPattern | string>>()

/** The fill of the bars of a state. Patterns are cached: drawing lines into each bar is too slow. */
export function barFill(state: State, palette: Palette, scale: number): CanvasPattern | string {
  const fills = cache.get(palette) ?? new Map<string, CanvasPattern | string>()
  cache.set(palette, fills)
  const key = `${state} ${scale}`
  const cached = fills.get(key)
  if (cached !== undefined) return cached
  const fill = createPattern(state, palette, scale) ?? palette.bar[state]
  fills.set(key, fill)
  return fill
}

function createPattern(state: State, palette: Palette, scale: number): CanvasPattern | undefined {
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
  // hatched and striped have opposite slopes; lines continue beyond the tile, so that tiles join
  const slope = bar === 'hatched' ? 1 : -1
  for (const shift of [-size, 0, size]) {
    context.moveTo(shift - size * 0.5 * slope, size * 1.5)
    context.lineTo(shift + size * 1.5 * slope + (slope < 0 ? size : 0), -size * 0.5)
  }
  context.stroke()
  const pattern = context.createPattern(tile, 'repeat')
  pattern?.setTransform(new DOMMatrix().scale(1 / scale))
  return pattern ?? undefined
}
