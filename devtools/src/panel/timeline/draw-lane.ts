import type { State } from '@fluxgate/core'
import { flagsIn, type Interval, laneIn, mergeEqual } from '../../session/lane.ts'
import { eventTime } from '../../session/log-entry.ts'
import { rejectionsIn } from '../../session/rejections.ts'
import type { Circuit, Span } from '../../session/state.ts'
import type { Palette } from '../theme/palette.ts'
import { type StateAppearance, stateAppearance } from '../theme/state-appearance.ts'
import { barFill } from './bar-pattern.ts'
import { type Context, rect } from './canvas.ts'
import { LANE_HEIGHT, type LaneRow, type TimelinePicture } from './timeline-picture.ts'
import { xOf } from './view-range.ts'

const BAR_TOP = 5
const BAR_HEIGHT = 13
const DENSITY_TOP = 20
const DENSITY_HEIGHT = 6
const DENSITY_WIDTH = 3
/** Minimum distances in CSS pixels: closer marks would cover each other. */
const TICK_DISTANCE = 3
const FLAG_DISTANCE = 5
const FONT = '10px system-ui, sans-serif'

/** The part of the view for which the lane has data. */
function knownSpan({ until }: LaneRow, { view }: TimelinePicture): Span {
  return { from: view.from, to: Math.min(view.to, until) }
}

/** Rejected calls per slot of {@link DENSITY_WIDTH} pixels. */
export function densityOf(row: LaneRow, picture: TimelinePicture): readonly number[] {
  return rejectionsIn(row.circuit, picture.view, Math.ceil(picture.width / DENSITY_WIDTH))
}

/**
 * @param density the result of {@link densityOf}
 * @param maxDensity the highest density of all lanes: lanes share one scale
 */
export function drawLane(
  context: Context,
  picture: TimelinePicture,
  row: LaneRow,
  density: readonly number[],
  maxDensity: number,
): void {
  const { view, width, palette } = picture
  const { circuit } = row
  const y = laneTop(row, picture)
  const span = knownSpan(row, picture)
  const intervals = mergeEqual(laneIn(circuit, span, (view.to - view.from) / width))
  for (const interval of intervals) drawInterval(context, picture, interval, y)
  const toX = (at: number) => xOf(at, view, width)
  const changes = intervals.map(({ from }) => from).filter((from) => from > view.from)
  for (const x of spaced(changes.map(toX), TICK_DISTANCE)) {
    rect(context, palette.text, Math.round(x) - 0.5, y + BAR_TOP - 2, 1, BAR_HEIGHT + 4, 0.65)
  }
  drawDensity(context, palette, density, maxDensity, y)
  for (const x of spaced(shadowsIn(circuit, span).map(toX), FLAG_DISTANCE)) {
    drawDiamond(context, palette, x, y)
  }
  for (const x of spaced(flagsIn(circuit, span).map(eventTime).map(toX), FLAG_DISTANCE)) {
    drawFlag(context, palette, x, y)
  }
}

/** The lane is in the middle of a row that is higher than it. */
function laneTop({ y }: LaneRow, { rowHeight }: TimelinePicture): number {
  return y + (rowHeight - LANE_HEIGHT) / 2
}

/** Filters sorted positions to those with a minimum distance. */
function spaced(positions: readonly number[], distance: number): readonly number[] {
  let last = Number.NEGATIVE_INFINITY
  return positions.filter((x) => {
    if (x - last < distance) return false
    last = x
    return true
  })
}

function drawInterval(
  context: Context,
  picture: TimelinePicture,
  { state, from, to, lost }: Interval,
  y: number,
): void {
  const { view, width, palette } = picture
  const x = Math.max(0, xOf(from, view, width))
  const length = Math.max(1.5, Math.min(width, xOf(to, view, width)) - x)
  if (state !== undefined) drawBar(context, picture, state, x, length, y)
  if (lost === 0) return
  rect(context, palette.textMuted, x, y + BAR_TOP, length, BAR_HEIGHT, 0.2)
  const text = `${lost} lost`
  context.font = FONT
  if (length > context.measureText(text).width + 8)
    write(context, text, x + 4, y, palette.textMuted)
}

export function drawBar(
  context: Context,
  { palette, scale }: Pick<TimelinePicture, 'palette' | 'scale'>,
  state: State,
  x: number,
  length: number,
  y: number,
): void {
  const { bar, label } = stateAppearance[state]
  const color = palette.bar[state]
  const middle = y + BAR_TOP + BAR_HEIGHT / 2
  if (bar === 'line') {
    rect(context, color, x, middle - 1.5, length, 3)
    return
  }
  if (bar === 'dotted') {
    for (let dot = x; dot < x + length; dot += 6) {
      rect(context, color, dot, middle - 1.5, Math.min(3, x + length - dot), 3)
    }
  } else if (bar === 'outlined') {
    context.strokeStyle = color
    context.lineWidth = 1.5
    context.strokeRect(x + 0.75, y + BAR_TOP + 0.75, Math.max(0, length - 1.5), BAR_HEIGHT - 1.5)
  } else {
    context.fillStyle = barFill(state, palette, scale)
    context.fillRect(x, y + BAR_TOP, length, BAR_HEIGHT)
  }
  context.font = FONT
  const space = context.measureText(label).width
  if (length < space + 12) return
  const background = labelBackground(bar, color, palette)
  if (background !== undefined) rect(context, background, x + 3, y + BAR_TOP, space + 6, BAR_HEIGHT)
  write(context, label, x + 6, y, bar === 'dotted' ? palette.textMuted : palette.onBar[state])
}

/** Patterned bars need a plain background behind their label. */
function labelBackground(
  bar: StateAppearance['bar'],
  color: string,
  palette: Palette,
): string | undefined {
  switch (bar) {
    case 'hatched':
    case 'striped':
      return color
    case 'dotted':
      return palette.surface
    case 'line':
    case 'solid':
    case 'outlined':
      return undefined
  }
}

function write(context: Context, text: string, x: number, y: number, color: string): void {
  context.font = FONT
  context.textBaseline = 'middle'
  context.fillStyle = color
  context.fillText(text, x, y + BAR_TOP + BAR_HEIGHT / 2 + 0.5)
}

export function drawDensity(
  context: Context,
  palette: Palette,
  density: readonly number[],
  maxDensity: number,
  y: number,
): void {
  const bottom = y + DENSITY_TOP + DENSITY_HEIGHT
  for (const [slot, count] of density.entries()) {
    if (count === 0) continue
    // the square root keeps a single rejected call visible beside hundreds
    const height = Math.max(1, Math.sqrt(count / maxDensity) * DENSITY_HEIGHT)
    const x = slot * DENSITY_WIDTH
    rect(context, palette.state.open, x, bottom - height, DENSITY_WIDTH - 1, height, 0.8)
  }
}

/** Times of shadow verdicts: the rule was true in metrics_only. */
function shadowsIn({ events }: Circuit, { from, to }: Span): number[] {
  const moments: number[] = []
  const start = events.search((event) => eventTime(event) >= from)
  for (const event of events.between(start, events.length)) {
    const at = eventTime(event)
    if (at > to) break
    if (event.type === 'signal' && event.signal.cause === 'shadow') moments.push(at)
  }
  return moments
}

export function drawDiamond(context: Context, palette: Palette, x: number, y: number): void {
  const middle = y + BAR_TOP + BAR_HEIGHT / 2
  context.fillStyle = palette.state.open
  context.beginPath()
  context.moveTo(x, middle - 5)
  context.lineTo(x + 5, middle)
  context.lineTo(x, middle + 5)
  context.lineTo(x - 5, middle)
  context.fill()
}

export function drawFlag(context: Context, palette: Palette, x: number, y: number): void {
  const pole = Math.round(x)
  rect(context, palette.text, pole - 0.5, y, 1.5, BAR_TOP + BAR_HEIGHT + 2)
  context.fillStyle = palette.text
  context.beginPath()
  context.moveTo(pole, y)
  context.lineTo(pole + 8, y + 3)
  context.lineTo(pole, y + 6)
  context.fill()
}
