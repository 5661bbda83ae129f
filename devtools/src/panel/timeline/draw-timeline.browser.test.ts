import type { State } from '@fluxgate/core'
import { describe, expect, test } from 'vitest'
import { laneRow } from '../../../test/lane-rows.ts'
import { start, transition } from '../../../test/wire-events.ts'
import { type Palette, palettes, type ThemeName } from '../theme/palette.ts'
import { drawTimeline } from './draw-timeline.ts'
import { LANE_HEIGHT, RULER_HEIGHT, type TimelinePicture } from './timeline-picture.ts'

const WIDTH = 600
const MIDDLE = RULER_HEIGHT + 11

function draw(change: Partial<TimelinePicture>): (x: number, y: number) => string {
  const height = RULER_HEIGHT + LANE_HEIGHT * 2
  const canvas = new OffscreenCanvas(WIDTH, height)
  const context = canvas.getContext('2d', { willReadFrequently: true })
  if (context === null) throw new Error('No 2D context')
  drawTimeline(context, {
    rows: [],
    rowHeight: LANE_HEIGHT,
    view: { from: start, to: start + 60_000 },
    width: WIDTH,
    height,
    scale: 1,
    palette: palettes.light,
    now: start + 60_000,
    lines: [],
    ...change,
  })
  return (x, y) => {
    const [red = 0, green = 0, blue = 0] = context.getImageData(x, y, 1, 1).data
    return `#${[red, green, blue].map((part) => part.toString(16).padStart(2, '0')).join('')}`
  }
}

describe.each<ThemeName>(['light', 'dark'])('the timeline in the %s theme', (theme) => {
  const palette: Palette = palettes[theme]

  test('draws open as a solid bar and closed as a thin line', () => {
    const row = laneRow(transition({ seq: 30, index: 1 }, 'closed', 'open'))
    const at = draw({ palette, rows: [row] })
    // closed up to x = 300, then open; both points are away from the label
    expect(at(150, MIDDLE)).toBe(palette.bar.closed)
    expect(at(150, MIDDLE - 5)).toBe(palette.surface)
    expect(at(500, MIDDLE)).toBe(palette.bar.open)
    expect(at(500, MIDDLE - 5)).toBe(palette.bar.open)
  })

  test('draws each state with a different pattern', () => {
    const states: State[] = [
      'closed',
      'open',
      'half_open',
      'metrics_only',
      'disabled',
      'forced_open',
    ]
    const shapes = states.map((state) => {
      const row = laneRow(transition({ seq: 1, index: 1 }, 'closed', state))
      const at = draw({ palette, rows: [row] })
      // the filled pixels, right of the label
      const pixels = Array.from({ length: 12 * 18 }, (_, index) =>
        at(410 + (index % 12), RULER_HEIGHT + 3 + Math.floor(index / 12)),
      )
      return pixels.map((color) => (color === palette.bar[state] ? '#' : '.')).join('')
    })
    expect(new Set(shapes).size).toBe(states.length)
  })
})

test('shows the most severe state when several share one pixel', () => {
  const row = laneRow(
    transition({ seq: 30, index: 1 }, 'closed', 'half_open'),
    transition({ seq: 31, index: 2 }, 'half_open', 'open'),
    transition({ seq: 32, index: 3 }, 'open', 'closed'),
  )
  // one hour: six seconds per pixel
  const view = { from: start - 1_800_000, to: start + 1_800_000 }
  const at = draw({ rows: [row], view, now: start + 600_000 })
  const columns = Array.from({ length: 20 }, (_, index) => at(295 + index, MIDDLE - 4))
  const isRed = (color: string) => {
    const [red = 0, green = 0] = [color.slice(1, 3), color.slice(3, 5)].map((hex) =>
      parseInt(hex, 16),
    )
    return red > green + 60 && green < 110
  }
  expect(columns.some(isRed)).toBe(true)
})

test('draws rejected calls below the bar and fades what is outside of the selected range', () => {
  const row = laneRow(
    transition({ seq: 10, index: 1 }, 'closed', 'open'),
    transition({ seq: 40, index: 2 }, 'open', 'closed', {}, 900),
  )
  const columnY = RULER_HEIGHT + 25
  const at = draw({ rows: [row] })
  const hasColumn = (x: number) =>
    [0, 1, 2].some((step) => at(x + step, columnY) !== palettes.light.surface)
  expect([hasColumn(50), hasColumn(250), hasColumn(550)]).toEqual([false, true, false])

  const selected = draw({ rows: [row], range: { from: start + 20_000, to: start + 30_000 } })
  expect(selected(250, MIDDLE)).toBe(palettes.light.bar.open)
  expect(selected(150, MIDDLE)).not.toBe(palettes.light.bar.open)
})
