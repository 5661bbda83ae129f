import { describe, expect, test } from 'vitest'
import { batch } from '../../test/messages.ts'
import { added, counted, measured, removed, start, transition } from '../../test/wire-events.ts'
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
  batch([added(), transition({ seq: 2, index: 1 }, 'closed', 'open', {}, 3)], { invalid: 2 }),
  batch([added({}, 'inner'), measured(start + 500)], frame),
  batch([added({}, 'new'), transition({ seq: 9, index: 8 }, 'half_open', 'open')], {
    epoch: 'e2',
    receivedAt: start + 60_000,
  }),
  batch([counted(5, start + 70_000), removed({ seq: 10, index: 9 })], { epoch: 'e2', next: 10 }),
].reduce(reduce, emptySession)

const textOf = (session: SessionState) => [...saveSession(session, start)].join('')
const load = (file: unknown) => loadSession([JSON.stringify(file)])

/** Everything that the panes show. */
function shown(session: SessionState) {
  const span = { from: start, to: start + 90_000 }
  return {
    rows: circuitRows(session).map(({ label, live }) => [label, live]),
    lanes: circuitRows(session).map(({ circuit }) => laneIn(circuit, span, 100)),
    density: circuitRows(session).map(({ circuit }) => rejectionsIn(circuit, span, 30)),
    metrics: circuitRows(session).map(({ circuit }) => [...circuit.metrics]),
    log: [...logRows(session)],
    lines: reloadLines(session),
    losses: losses(session),
  }
}

test('a loaded session shows the same as the saved one', async () => {
  const loaded = await loadSession(saveSession(state, start))
  expect(shown(loaded)).toEqual(shown(state))
  expect(shown(state).rows).toHaveLength(3)
  expect(shown(state).losses).toEqual({ dropped: 7, invalid: 2, evicted: 0 })
  expect(connection(loaded)).toBe('file')
  expect(JSON.parse(textOf(loaded))).toEqual(JSON.parse(textOf(state)))
})

test('a file ends when it was saved, or at its last event if that is later', async () => {
  const later = start + 600_000
  expect(lastMoment(await loadSession(saveSession(state, later)))).toBe(later)
  expect(lastMoment(await loadSession(saveSession(state, start)))).toBe(start + 9_000)
})

test('writes a session in small parts, and can be interrupted between circuits', () => {
  const leaf = { rule: 'x'.repeat(400), met: true }
  const rule = { rule: 'or', met: true, children: Array.from({ length: 40 }, () => leaf) }
  const circuits = Array.from({ length: 50 }, (_, index) => [
    added({ circuit: `${index}`, seq: 2 * index + 1 }),
    transition({ circuit: `${index}`, seq: 2 * index + 2, index: 1 }, 'closed', 'open', {
      report: rule,
    }),
  ])
  const parts = [...saveSession(reduce(emptySession, batch(circuits.flat())), start)]
  const lengths = parts.map(({ length }) => length)
  expect(lengths.reduce((sum, length) => sum + length)).toBeGreaterThan(800_000)
  expect(Math.max(...lengths)).toBeLessThan(120_000)
  expect(parts.filter((part) => part === '').length).toBeGreaterThanOrEqual(circuits.length)
  expect(JSON.parse(parts.join('')).epochs[0].events).toHaveLength(100)
})

describe('loadSession rejects a file that is', () => {
  const file = () => JSON.parse(textOf(state))

  test.each([
    ['not JSON', '{', 'this file is not JSON'],
    ['not an object', '[]', 'this file is not a Fluxgate session'],
    ['of another program', '{"format":"other","version":1}', 'this file is not a Fluxgate session'],
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

test('malformed events in a file are discarded and counted', async () => {
  const file = JSON.parse(textOf(state))
  file.epochs[0].events.push({ type: 'signal' }, '<script>')
  const loaded = await load(file)
  expect(losses(loaded).invalid).toBe(4)
  expect(shown(loaded).log).toEqual(shown(state).log)
})

test('a large file is written and read in small portions', async () => {
  const events = Array.from({ length: 3_000 }, (_, index) =>
    transition({ seq: index + 2, index: index + 1 }, 'closed', 'open', {
      timestamp: start + index,
    }),
  )
  const large = reduce(emptySession, batch([added(), ...events]))
  const chunks = [...saveSession(large, start)]
  expect(Math.max(...chunks.map(({ length }) => length))).toBeLessThan(chunks.join('').length / 10)
  let yields = 0
  const loaded = await loadSession([chunks.join('')], () => {
    yields++
    return undefined
  })
  expect(shown(loaded)).toEqual(shown(large))
  expect(yields).toBeGreaterThan(3_000 / 100)
})

test('addresses are saved without query and fragment, and frames stay apart', async () => {
  const secret = 'session=s3cret'
  const frames = [`http://f/?${secret}&a`, `http://f/?${secret}&b`]
  const page = batch([added()], { url: `http://localhost/path?${secret}#access_token=s3cret` })
  const inFrames = frames.map((frame) =>
    batch([added()], { frame, epoch: frame.slice(-1), url: `${frame}#s3cret` }),
  )
  const state = [page, ...inFrames].reduce(reduce, emptySession)
  const text = [...saveSession(state, start)].join('')
  expect(text).not.toContain('s3cret')
  const { documents } = await loadSession([text])
  expect([...documents.values()].map(({ frame, url }) => [frame, url])).toEqual([
    ['top', 'http://localhost/path'],
    ['http://f/', 'http://f/'],
    ['http://f/ 2', 'http://f/'],
  ])
})

test('the time to load many documents grows in proportion to their number', async () => {
  const fileWith = (documents: number) => {
    const circuits = Object.fromEntries(Array.from({ length: 10 }, (_, id) => [`${id}`, 0]))
    const epochs = Array.from({ length: documents }, (_, index) => ({
      ...{ frame: 'top', epoch: `e${index}`, url: '', visits: [], present: false },
      ...{ end: 1, seen: 1, clearedTo: 0, evictedTo: circuits, events: [added()] },
    }))
    const head = { format: 'fluxgate-devtools', version: 1, savedAt: 0, invalid: 0, evicted: 0 }
    return JSON.stringify({ ...head, epochs })
  }
  const cpuMs = async (documents: number) => {
    const text = fileWith(documents)
    const before = performance.now()
    const session = await loadSession([text])
    expect(session.documents.size).toBe(documents)
    return performance.now() - before
  }
  await cpuMs(100)
  const [few, many] = [await cpuMs(100), await cpuMs(1_000)]
  // quadratic work would take a hundred times as long
  expect(many).toBeLessThan(few * 50 + 100)
})
