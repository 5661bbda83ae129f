import type { MetricsTaken } from '@fluxgate/core/devtools'
import { expect, test } from 'vitest'
import { measured, start } from '../../../test/wire-events.ts'
import { SortedList } from '../../session/sorted-list.ts'
import { palettes } from '../theme/palette.ts'
import type { ChartSeries } from './chart-series.ts'
import { type ChartPicture, drawChart } from './draw-chart.ts'

const WIDTH = 200
const HEIGHT = 104
const palette = palettes.light

const failureRate = (rate: number, seconds: number): MetricsTaken => {
  const sample = measured(start + seconds * 1_000)
  const { snapshot } = sample
  return {
    ...sample,
    snapshot: { ...snapshot, metrics: { ...snapshot.metrics, failureRate: rate } },
  }
}

const series: ChartSeries = {
  label: 'Failure rate',
  unit: 'ratio',
  value: ({ snapshot }) => snapshot.metrics.failureRate,
  threshold: 0.5,
}

/** The colours of one pixel column, from top to bottom. */
function column(x: number, samples: readonly MetricsTaken[], change: Partial<ChartPicture> = {}) {
  const context = new OffscreenCanvas(WIDTH, HEIGHT).getContext('2d', { willReadFrequently: true })
  if (context === null) throw new Error('No 2D context')
  drawChart(context, {
    samples: SortedList.of(...samples),
    series,
    view: { from: start, to: start + 20_000 },
    width: WIDTH,
    height: HEIGHT,
    scale: 1,
    palette,
    cursor: undefined,
    ...change,
  })
  return Array.from({ length: HEIGHT }, (_, y) => {
    const [red = 0, green = 0, blue = 0, alpha = 0] = context.getImageData(x, y, 1, 1).data
    const color = [red, green, blue].map((part) => part.toString(16).padStart(2, '0')).join('')
    return alpha > 150 ? `#${color}` : ''
  })
}

/** One sample per second with the same value. */
const steady = Array.from({ length: 21 }, (_, second) => failureRate(0.25, second))

test('draws the line at its value and the threshold at its own', () => {
  const colors = column(141, steady)
  // the ratio 0 is at y = 103, the ratio 1 at y = 3
  const drawn = colors.flatMap((color, y) => (color === '' ? [] : y))
  expect(drawn).toEqual([53, 77, 78, 103])
  expect(colors[53]).toBe(palette.state.open)
})

test('draws the cursor of the timeline', () => {
  const cursor = start + 10_000
  expect(
    column(100, steady, { cursor })
      .slice(0, 50)
      .every((color) => color === palette.accent),
  ).toBe(true)
  expect(column(99, steady, { cursor }).slice(0, 50)).not.toContain(palette.accent)
})

test('breaks the line where samples are missing', () => {
  const ends = [failureRate(0.25, 1), failureRate(0.25, 19)]
  const isDrawn = (colors: readonly string[]) => colors[77] !== ''
  expect(isDrawn(column(100, ends))).toBe(false)
  expect(isDrawn(column(100, steady))).toBe(true)
})

test('scales counts to a whole number', () => {
  const calls: ChartSeries = { ...series, unit: 'count', threshold: 10 }
  // 10 of 12, not of 11.5
  expect(column(1, [], { series: calls }).indexOf(palette.state.open)).toBe(20)
})

test('marks the time before the first sample as not measured', () => {
  const late = [failureRate(0.25, 10), failureRate(0.25, 11)]
  expect(column(50, late)[20]).toBe(palette.sunken)
  expect(column(150, late)[20]).toBe('')
})
