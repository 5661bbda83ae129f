import { clockTime, duration } from '../text/time-text.ts'
import { type Context, rect } from './canvas.ts'
import { densityOf, drawLane } from './draw-lane.ts'
import { rulerTicks } from './ruler.ts'
import { type LaneRow, RULER_HEIGHT, type TimelinePicture } from './timeline-picture.ts'
import { xOf } from './view-range.ts'

const FONT = '11px system-ui, sans-serif'

export function drawTimeline(context: Context, picture: TimelinePicture): void {
  const { width, height, palette, scale } = picture
  context.setTransform(scale, 0, 0, scale, 0, 0)
  rect(context, palette.surface, 0, 0, width, height)
  drawBackground(context, picture)
  drawLanes(context, picture)
  drawLines(context, picture)
  drawRange(context, picture)
  drawMoment(context, picture)
  drawRuler(context, picture)
}

function drawBackground(context: Context, picture: TimelinePicture): void {
  const { rows, rowHeight, view, width, height, palette } = picture
  const now = xOf(picture.now, view, width)
  if (now < width) rect(context, palette.sunken, Math.max(0, now), 0, width, height)
  for (const { y, selected } of rows) {
    if (selected) rect(context, palette.selected, 0, y, width, rowHeight, 0.6)
  }
  for (const { at } of rulerTicks(view, width)) {
    rect(context, palette.line, Math.round(xOf(at, view, width)), 0, 1, height, 0.55)
  }
  for (const { y } of rows) rect(context, palette.line, 0, y + rowHeight - 1, width, 1, 0.55)
}

function drawLanes(context: Context, picture: TimelinePicture): void {
  const drawn = picture.rows
    .flatMap(lanesOf)
    .map((row) => ({ row, density: densityOf(row, picture) }))
  const maxDensity = drawn.reduce((max, { density }) => Math.max(max, ...density), 1)
  for (const { row, density } of drawn) drawLane(context, picture, row, density, maxDensity)
}

/** The lane of a circuit, with those of the circuits that it replaced. */
function lanesOf(row: LaneRow): readonly LaneRow[] {
  const earlier = (row.earlier ?? []).map((circuit): LaneRow => {
    return { ...row, circuit, until: circuit.removed?.timestamp ?? row.until }
  })
  return [...earlier, row]
}

function drawRuler(context: Context, picture: TimelinePicture): void {
  const { view, width, palette, range } = picture
  rect(context, palette.raised, 0, 0, width, RULER_HEIGHT)
  rect(context, palette.line, 0, RULER_HEIGHT - 1, width, 1)
  if (range !== undefined) {
    const [from, to] = [xOf(range.from, view, width), xOf(range.to, view, width)]
    rect(context, palette.accent, from, 0, to - from, RULER_HEIGHT - 1, 0.2)
  }
  context.font = FONT
  context.textBaseline = 'middle'
  const chips = chipsOf(context, picture)
  for (const { at, label } of rulerTicks(view, width)) {
    const x = Math.round(xOf(at, view, width))
    const end = x + 5 + context.measureText(label).width
    rect(context, palette.line, x, 0, 1, RULER_HEIGHT)
    if (end > width || chips.some(({ from, to }) => from < end && x < to)) continue
    context.fillStyle = palette.textMuted
    context.fillText(label, x + 5, RULER_HEIGHT / 2)
  }
  for (const { text, from, to } of chips) {
    rect(context, palette.accent, from, 4, to - from, RULER_HEIGHT - 9)
    context.fillStyle = palette.onAccent
    context.fillText(text, from + 5, RULER_HEIGHT / 2)
  }
}

/** A filled label in the ruler. It covers the tick labels. */
interface Chip {
  readonly text: string
  readonly from: number
  readonly to: number
}

function chipsOf(context: Context, picture: TimelinePicture): readonly Chip[] {
  const { view, width, lines, range, moment } = picture
  const chips: Chip[] = []
  const add = (text: string, at: number, before = 0) => {
    const x = xOf(at, view, width)
    const space = context.measureText(text).width + 10
    // keep the whole label inside the ruler
    const from = Math.max(0, Math.min(x - space * before, width - space))
    if (x >= 0 && x <= width) chips.push({ text, from, to: from + space })
  }
  for (const { at, label } of lines) add(label, at)
  if (range !== undefined) add(duration(range.to - range.from), (range.from + range.to) / 2, 0.5)
  if (moment !== undefined) add(clockTime(moment, 1), moment)
  return chips
}

function drawLines(context: Context, picture: TimelinePicture): void {
  const { view, width, height, palette } = picture
  for (const { at } of picture.lines) {
    const x = Math.round(xOf(at, view, width))
    if (x < 0 || x > width) continue
    for (let y = RULER_HEIGHT; y < height; y += 7) rect(context, palette.accent, x - 0.5, y, 1, 4)
  }
}

function drawRange(context: Context, picture: TimelinePicture): void {
  const { view, width, height, palette, range } = picture
  if (range === undefined) return
  const from = Math.max(0, Math.min(width, xOf(range.from, view, width)))
  const to = Math.max(0, Math.min(width, xOf(range.to, view, width)))
  rect(context, palette.surface, 0, RULER_HEIGHT, from, height, 0.62)
  rect(context, palette.surface, to, RULER_HEIGHT, width - to, height, 0.62)
  for (const x of [from, to]) rect(context, palette.accent, Math.round(x) - 0.5, 0, 1, height)
}

function drawMoment(context: Context, picture: TimelinePicture): void {
  const { view, width, height, palette, moment, pointer } = picture
  if (pointer !== undefined) {
    const x = Math.round(xOf(pointer, view, width))
    rect(context, palette.textMuted, x, RULER_HEIGHT, 1, height, 0.5)
  }
  if (moment === undefined) return
  const x = Math.round(xOf(moment, view, width))
  if (x < 0 || x > width) return
  rect(context, palette.accent, x - 0.5, RULER_HEIGHT, 1.5, height)
}
