import { expect, test } from 'vitest'
import { added, counted, measured, start, transition } from '../../test/wire-events.ts'
import { PageClock } from './page-clock.ts'

const HOUR_MS = 3_600_000

test('returns events unchanged when the clocks agree', () => {
  const clock = new PageClock()
  clock.compare(start + 900, start, start + 20)
  const events = [added(), counted(1, start)]
  expect(clock.convert(events)).toBe(events)
})

test('moves all times of a page whose clock is an hour behind', () => {
  const clock = new PageClock()
  clock.compare(start - HOUR_MS, start, start + 20)
  const opened = transition({ seq: 2, index: 1 }, 'closed', 'open')
  expect(clock.convert([added(), opened, counted(3, start), measured(start)])).toEqual([
    added({ snapshot: { ...added().snapshot, since: start + HOUR_MS + 10 } }),
    transition({ seq: 2, index: 1 }, 'closed', 'open', {
      timestamp: start + 2_000 + HOUR_MS + 10,
      retryAt: start + 12_000 + HOUR_MS + 10,
    }),
    counted(3, start + HOUR_MS + 10),
    measured(start + HOUR_MS + 10, { since: start + HOUR_MS + 10 }),
  ])
})

test('keeps the offset of a page while the answers are slow', () => {
  const clock = new PageClock()
  clock.compare(start - HOUR_MS, start, start)
  clock.compare(start - HOUR_MS, start, start + 20_000)
  expect(clock.convert([counted(3, start)])).toEqual([counted(3, start + HOUR_MS)])
})

test('returns to the times of the page when its clock is set right', () => {
  const clock = new PageClock()
  clock.compare(start - HOUR_MS, start, start)
  clock.compare(start, start, start)
  expect(clock.convert([counted(3, start)])).toEqual([counted(3, start)])
})

test('moves only the times of a circuit that has its own clock', () => {
  const clock = new PageClock()
  clock.compare(start, start, start)
  const events = [added({ circuit: '1' }), added({ circuit: '2', seq: 2 })]
  const since = clock
    .convert(events, { 2: 5_000 })
    .map((event) => event.type === 'circuit-added' && event.snapshot.since)
  expect(since).toEqual([start, start + 5_000])
})

test('moves the start of a state like its transition, also when the circuit lags further since', () => {
  const clock = new PageClock()
  clock.convert([added()], { 1: 5_000 })
  const [metrics] = clock.convert([measured(start)], { 1: 9_000 })
  expect(metrics).toMatchObject({ timestamp: start, snapshot: { since: start + 5_000 } })
})
