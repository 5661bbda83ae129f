import { describe, expect, test } from 'vitest'
import { batch } from '../../test/messages.ts'
import { added, counted, measured, moved, removed, start } from '../../test/wire-events.ts'
import { circuitRows } from './circuit-rows.ts'
import { connection, losses, reloadLines } from './connection.ts'
import { laneIn } from './lane.ts'
import { logRows } from './log-rows.ts'
import { lastMoment } from './moment.ts'
import { emptySession, reduce } from './reduce.ts'
import { rejectionsIn } from './rejections.ts'
import { loadSession, saveSession } from './session-file.ts'
import type { SessionState } from './state.ts'

const frame = { frame: 'http://localhost/frame', epoch: 'f1', url: 'http://localhost/frame' }
const state = [
  { type: 'preserve-log', on: true } as const,
  batch([added(), moved({ seq: 2, index: 1 }, 'closed', 'open', {}, 3)], { invalid: 2 }),
  batch([added({}, 'inner'), measured(start + 500)], frame),
  batch([added({}, 'new'), moved({ seq: 9, index: 8 }, 'half_open', 'open')], {
    epoch: 'e2',
    receivedAt: start + 60_000,
  }),
  batch([counted(5, start + 70_000), removed({ seq: 10, index: 9 })], { epoch: 'e2', next: 10 }),
].reduce(reduce, emptySession)

const textOf = (session: SessionState) => [...saveSession(session, start)].join('')
const load = (file: unknown) => loadSession([JSON.stringify(file)])

/** Everything that the panes draw. */
function drawn(from: SessionState) {
  const span = { from: start, to: start + 90_000 }
  return {
    rows: circuitRows(from).map(({ label, live }) => [label, live]),
    lanes: circuitRows(from).map(({ circuit }) => laneIn(circuit, span, 100)),
    density: circuitRows(from).map(({ circuit }) => rejectionsIn(circuit, span, 30)),
    metrics: circuitRows(from).map(({ circuit }) => [...circuit.metrics]),
    log: [...logRows(from)],
    lines: reloadLines(from),
    losses: losses(from),
  }
}

test('a saved session shows the same picture when it is loaded', async () => {
  const loaded = await loadSession(saveSession(state, start))
  expect(drawn(loaded)).toEqual(drawn(state))
  expect(drawn(state).rows).toHaveLength(3)
  expect(drawn(state).losses).toEqual({ dropped: 7, invalid: 2, forgotten: 0 })
  expect(connection(loaded)).toBe('file')
  expect(JSON.parse(textOf(loaded))).toEqual(JSON.parse(textOf(state)))
})

test('a file ends when it was saved, not with the last that happened before', async () => {
  const later = start + 600_000
  expect(lastMoment(await loadSession(saveSession(state, later)))).toBe(later)
  // whatever it says of itself, what it tells of is seen
  expect(lastMoment(await loadSession(saveSession(state, start)))).toBe(start + 9_000)
})

describe('a file that is refused', () => {
  const file = () => JSON.parse(textOf(state))

  test.each([
    ['not JSON', '{', 'this file is no JSON'],
    ['something else', '[]', 'this file is no Fluxgate session'],
    ['of another program', '{"format":"other","version":1}', 'this file is no Fluxgate session'],
    [
      'of a later version',
      JSON.stringify({ ...file(), version: 2 }),
      'this file has version 2; this panel reads version 1',
    ],
    [
      'damaged',
      JSON.stringify({ ...file(), epochs: [{ events: [] }] }),
      'this Fluxgate session is damaged',
    ],
  ])('%s', async (_what, text, message) => {
    await expect(loadSession([text])).rejects.toThrow(new TypeError(message))
  })
})

test('what is no event in a file is thrown away and counted', async () => {
  const file = JSON.parse(textOf(state))
  file.epochs[0].events.push({ type: 'signal' }, '<script>')
  const loaded = await load(file)
  expect(losses(loaded).invalid).toBe(4)
  expect(drawn(loaded).log).toEqual(drawn(state).log)
})

test('what was cleared away stays so, and what it left behind is kept', async () => {
  const cleared = reduce(state, { type: 'clear' })
  const later = reduce(
    cleared,
    batch([moved({ seq: 12, index: 11 }, 'open', 'half_open')], { epoch: 'e2', next: 12 }),
  )
  const loaded = await load(JSON.parse(textOf(later)))
  expect(drawn(loaded)).toEqual(drawn(later))
  expect(drawn(later).log).toHaveLength(1)
})

test('a large file is written and read in little portions', async () => {
  const events = Array.from({ length: 3_000 }, (_, index) =>
    moved({ seq: index + 2, index: index + 1 }, 'closed', 'open', { timestamp: start + index }),
  )
  const large = reduce(emptySession, batch([added(), ...events]))
  const pieces = [...saveSession(large, start)]
  expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(pieces.join('').length / 10)
  let breaths = 0
  const loaded = await loadSession([pieces.join('')], () => {
    breaths++
    return undefined
  })
  expect(drawn(loaded)).toEqual(drawn(large))
  expect(breaths).toBeGreaterThan(3_000 / 100)
})
