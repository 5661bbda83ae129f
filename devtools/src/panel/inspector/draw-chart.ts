import type { MetricsTaken } from '@fluxgate/core/devtools'
import type { SortedList } from '../../session/sorted-list.ts'
import type { Span } from '../../session/state.ts'
import { measure } from '../text/measure-text.ts'
import type { Palette } from '../theme/palette.ts'
import { type Context, rect } from '../timeline/canvas.ts'
import { xOf } from '../timeline/view-range.ts'
import type { ChartSeries } from './chart-series.ts'

export interface ChartPicture {
  readonly samples: SortedList<MetricsTaken>
  readonly series: ChartSeries
  readonly view: Span
  readonly width: number
  readonly height: number
  /** Device pixels per CSS pixel. */
  readonly scale: number
  readonly palette: Palette
  /** Unix ms. */
  readonly cursor: number | undefined
}

interface Point {
  readonly x: number
  readonly value: number
}

const FONT = '10px system-ui, sans-serif'

/** The line is interrupted after this time without a sample: the circuit was not visible. */
const MAX_GAP_MS = 3_000

export function drawChart(context: Context, picture: ChartPicture): void {
  const { series, view, width, height, scale, palette, cursor } = picture
  context.setTransform(scale, 0, 0, scale, 0, 0)
  context.clearRect(0, 0, width, height)
  const lines = linesOf(picture)
  drawUnmeasured(context, picture)
  const top = fullScale(series, lines)
  const yOf = (value: number) => height - 1 - (value / top) * (height - 4)
  rect(context, palette.line, 0, height - 1, width, 1)
  for (const line of lines) drawLine(context, palette, line, yOf, height)
  const { threshold } = series
  if (threshold !== undefined && threshold <= top) {
    const y = Math.round(yOf(threshold))
    for (let x = 0; x < width; x += 7) rect(context, palette.state.open, x, y, 4, 1)
  }
  context.font = FONT
  context.textBaseline = 'top'
  context.fillStyle = palette.textMuted
  context.fillText(measure(top, series.unit), 0, 0)
  if (cursor !== undefined) {
    rect(context, palette.accent, Math.round(xOf(cursor, view, width)), 0, 1, height)
  }
}

/** Marks the time before the first sample: the circuit was not in sight, so nothing was measured. */
function drawUnmeasured(context: Context, { samples, view, width, height, palette }: ChartPicture) {
  const first = samples.at(0)
  if (first === undefined) return
  const end = Math.min(width, xOf(first.timestamp, view, width))
  if (end < 1) return
  rect(context, palette.sunken, 0, 0, end, height)
  rect(context, palette.textMuted, end - 1, 0, 1, height, 0.4)
  const text = 'not measured'
  context.font = FONT
  if (context.measureText(text).width + 12 > end) return
  context.textBaseline = 'middle'
  context.fillStyle = palette.textMuted
  context.fillText(text, 6, height / 2)
}

function drawLine(
  context: Context,
  palette: Palette,
  line: readonly Point[],
  yOf: (value: number) => number,
  height: number,
): void {
  const [first] = line
  const last = line.at(-1)
  if (first === undefined || last === undefined) return
  const trace = () => {
    context.beginPath()
    context.moveTo(first.x, yOf(first.value))
    for (const { x, value } of line) context.lineTo(x, yOf(value))
  }
  trace()
  context.lineTo(last.x, height - 1)
  context.lineTo(first.x, height - 1)
  context.globalAlpha = 0.14
  context.fillStyle = palette.accent
  context.fill()
  context.globalAlpha = 1
  trace()
  context.strokeStyle = palette.accent
  context.lineWidth = 1.5
  context.lineJoin = 'round'
  context.stroke()
}

/** The visible samples as connected lines. Of several samples in one pixel, it keeps the highest. */
function linesOf({ samples, series, view, width }: ChartPicture): Point[][] {
  const lines: Point[][] = []
  let line: Point[] = []
  let lastAt = Number.NEGATIVE_INFINITY
  // one sample beyond each edge, so that the lines reach the edges
  const start = Math.max(0, samples.search(({ timestamp }) => timestamp >= view.from) - 1)
  const end = samples.search(({ timestamp }) => timestamp > view.to) + 1
  for (const sample of samples.between(start, end)) {
    const value = series.value(sample)
    if (value === undefined || sample.timestamp - lastAt > MAX_GAP_MS) {
      line = []
      lines.push(line)
    }
    lastAt = sample.timestamp
    if (value === undefined) continue
    const x = Math.round(xOf(sample.timestamp, view, width) * 2) / 2
    const last = line.at(-1)
    if (last?.x !== x) line.push({ x, value })
    else if (value > last.value) line[line.length - 1] = { x, value }
  }
  return lines
}

function fullScale({ unit, threshold = 0, full }: ChartSeries, lines: readonly Point[][]): number {
  if (unit === 'ratio') return 1
  if (full !== undefined) return full
  const most = lines.flat().reduce((max, { value }) => Math.max(max, value), 0)
  const top = Math.max(most, threshold) * 1.15 || 1
  return unit === 'count' ? Math.ceil(top) : top
}
