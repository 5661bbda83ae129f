import { expect, test } from 'vitest'
import { laneRow } from '../../../test/lane-rows.ts'
import { start, transition } from '../../../test/wire-events.ts'
import { hitTest } from './hit-test.ts'
import { LANE_HEIGHT, RULER_HEIGHT } from './timeline-picture.ts'

// closed until 10 s, open until 20 s, then half open; 100 pixels equal 10 seconds
const row = laneRow(
  transition({ seq: 10, index: 1 }, 'closed', 'open'),
  transition({ seq: 20, index: 2 }, 'open', 'half_open'),
)
const picture = {
  rows: [row],
  rowHeight: LANE_HEIGHT,
  view: { from: start, to: start + 60_000 },
  width: 600,
}
const inLane = RULER_HEIGHT + LANE_HEIGHT / 2

test('returns the time, the circuit and its state at a point in a lane', () => {
  const hit = hitTest(picture, 150, inLane)
  expect(hit.at).toBe(start + 15_000)
  expect(hit.row).toBe(row)
  expect(hit.interval).toMatchObject({ state: 'open', from: start + 10_000, to: start + 20_000 })
  expect(hit.event).toBeUndefined()
})

test('returns the whole interval of a state, also outside of the view', () => {
  const near = { ...picture, view: { from: start + 12_000, to: start + 12_100 } }
  expect(hitTest(near, 300, inLane).interval).toMatchObject({
    from: start + 10_000,
    to: start + 20_000,
  })
})

test('does not split an interval at a shadow verdict', () => {
  const watched = laneRow(
    transition({ seq: 10, index: 1 }, 'closed', 'metrics_only', { cause: 'manual' }),
    transition({ seq: 20, index: 2 }, 'metrics_only', 'metrics_only', { cause: 'shadow' }),
    transition({ seq: 40, index: 3 }, 'metrics_only', 'closed', { cause: 'manual' }),
  )
  const hit = hitTest({ ...picture, rows: [watched] }, 250, inLane)
  expect(hit.interval).toMatchObject({
    state: 'metrics_only',
    from: start + 10_000,
    to: start + 40_000,
  })
})

test('returns the nearest event within five pixels', () => {
  expect(hitTest(picture, 104, inLane).event).toMatchObject({ seq: 10 })
  expect(hitTest(picture, 95, inLane).event).toMatchObject({ seq: 10 })
  expect(hitTest(picture, 106, inLane).event).toBeUndefined()
  const far = { ...picture, view: { from: start - 3_000_000, to: start + 3_000_000 } }
  // both events are within five pixels
  expect(hitTest(far, 302, inLane).event).toMatchObject({ seq: 20 })
})

test('returns only the time in the ruler and below the last lane', () => {
  for (const y of [0, RULER_HEIGHT - 1, RULER_HEIGHT + LANE_HEIGHT]) {
    expect(hitTest(picture, 150, y)).toEqual({ at: start + 15_000 })
  }
})

test('returns no state before the circuit exists and after the end of the data', () => {
  const wide = { ...picture, view: { from: start - 60_000, to: start + 1_200_000 } }
  expect(hitTest(wide, 10, inLane).interval).toBeUndefined()
  expect(hitTest(wide, 590, inLane).interval).toBeUndefined()
  expect(hitTest(wide, 200, inLane).interval).toMatchObject({ state: 'half_open' })
})
