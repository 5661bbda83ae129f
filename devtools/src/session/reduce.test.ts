import type { WireEvent } from '@fluxgate/core/devtools'
import { describe, expect, test } from 'vitest'
import { batch, comparable, failing, frameRemoved } from '../../test/messages.ts'
import {
  added,
  commanded,
  counted,
  measured,
  moved,
  removed,
  start,
} from '../../test/wire-events.ts'
import type { SessionAction } from './action.ts'
import { connection, isBehindLine, losses, reloadLines } from './connection.ts'
import { emptySession, reduce } from './reduce.ts'
import type { Circuit, SessionState } from './state.ts'

const after = (...actions: SessionAction[]) => actions.reduce(reduce, emptySession)
const circuitOf = (state: SessionState): Circuit | undefined => [...state.circuits.values()][0]
const told = (...events: WireEvent[]) => after(batch(events))

describe('a circuit', () => {
  test('is what it was said to be when it came', () => {
    const state = told(added())
    expect(circuitOf(state)).toMatchObject({
      name: 'payments',
      address: { frame: 'top', epoch: 'e1', circuit: '1' },
      controls: true,
      state: 'closed',
      since: start,
      trips: 0,
      rejections: 0,
      added: added(),
    })
    expect(circuitOf(state)).not.toHaveProperty('retryAt')
  })

  test('follows its signals', () => {
    const state = told(
      added(),
      moved({ seq: 2, index: 1 }, 'closed', 'open'),
      moved({ seq: 3, index: 2 }, 'open', 'half_open'),
      moved({ seq: 4, index: 3 }, 'half_open', 'open', {}, 7),
    )
    expect(circuitOf(state)).toMatchObject({
      state: 'open',
      since: start + 4_000,
      retryAt: start + 14_000,
      trips: 2,
      rejections: 7,
    })
    expect([...state.log].map(({ event }) => event.seq)).toEqual([1, 2, 3, 4])
  })

  test('is known by its signals when its first event was lost', () => {
    const state = told(moved({ seq: 5, index: 3 }, 'open', 'half_open'))
    expect(circuitOf(state)).toMatchObject({
      name: 'payments',
      state: 'half_open',
      controls: false,
    })
  })

  test('is known by a shadow verdict when all else was lost, whatever comes after it', () => {
    const cause = 'shadow'
    const verdict = moved({ seq: 5, index: 3 }, 'metrics_only', 'metrics_only', { cause })
    const later = commanded({ seq: 6, index: 4 })
    const known = { name: 'payments', state: 'metrics_only', since: start + 5_000 }
    expect(circuitOf(told(verdict, later))).toMatchObject(known)
    expect(circuitOf(after(batch([later]), batch([verdict])))).toMatchObject(known)
    expect(circuitOf(after(batch([verdict]), { type: 'clear' }, batch([later])))).toMatchObject(
      known,
    )
  })

  test('is not moved by a shadow verdict', () => {
    const watch = moved({ seq: 2, index: 1 }, 'closed', 'metrics_only', { cause: 'manual' })
    const shadow = moved({ seq: 3, index: 2 }, 'metrics_only', 'metrics_only', { cause: 'shadow' })
    const state = told(added(), watch, shadow)
    expect(circuitOf(state)).toMatchObject({
      state: 'metrics_only',
      since: start + 2_000,
      trips: 0,
    })
    expect(state.log).toHaveLength(3)
  })

  test('takes a later time of the next probe from its metrics, as long as it is in that state', () => {
    const open = moved({ seq: 2, index: 1 }, 'closed', 'open')
    const live = { state: 'open', since: start + 2_000, retryAt: start + 99_000 } as const
    const state = told(added(), open, measured(start + 3_000, live))
    expect(circuitOf(state)?.retryAt).toBe(start + 99_000)
    const later = reduce(state, batch([moved({ seq: 3, index: 2 }, 'open', 'half_open')]))
    expect(circuitOf(later)).not.toHaveProperty('retryAt')
  })

  test('takes no time of a probe from metrics of an earlier stay in that state', () => {
    const live = { state: 'open', since: start + 2_000, retryAt: start + 99_000 } as const
    const state = told(
      added(),
      moved({ seq: 2, index: 1 }, 'closed', 'open'),
      measured(start + 3_000, live),
      moved({ seq: 4, index: 2 }, 'open', 'half_open'),
      moved({ seq: 5, index: 3 }, 'half_open', 'open'),
    )
    expect(circuitOf(state)?.retryAt).toBe(start + 15_000)
  })

  test('of which there are two of one name is two', () => {
    expect(told(added(), added({ seq: 2, circuit: '2' })).circuits.size).toBe(2)
  })

  test('that left is kept, and says why', () => {
    expect(circuitOf(told(added(), removed({ rejections: 4 })))).toMatchObject({
      removed: { why: 'detached', timestamp: start + 9_000 },
      rejections: 4,
    })
  })
})

describe('what is missing', () => {
  test('is what lacks up to where the log is known, however the batches came', () => {
    const state = after(
      batch([added(), moved({ seq: 4, index: 3 }, 'closed', 'open')], { next: 4.5, dropped: 2 }),
    )
    expect(losses(state)).toEqual({ dropped: 2, invalid: 0, forgotten: 0 })
    const late = reduce(state, batch([moved({ seq: 3, index: 2 }, 'open', 'closed')], { next: 3 }))
    expect(losses(late).dropped).toBe(1)
    expect(losses(reduce(late, batch([added()], { next: 1 }))).dropped).toBe(1)
  })

  test('counts what was thrown away, and answers that were none', () => {
    const state = after(batch([added()], { invalid: 3 }), failing('garbage'), failing('threw'))
    expect(losses(state).invalid).toBe(5)
    expect(connection(state)).toBe('failing')
    expect(state.circuits.size).toBe(1)
    expect(connection(reduce(state, batch([])))).toBe('live')
  })
})

describe('a reload', () => {
  const first = batch([added(), moved({ seq: 2, index: 1 }, 'closed', 'open')])
  const second = batch([added()], { epoch: 'e2', receivedAt: start + 50_000 })
  const back = { ...first, receivedAt: start + 60_000 }

  test('forgets the old document', () => {
    const state = after(first, second)
    expect([...state.epochs.values()].map(({ epoch }) => epoch)).toEqual(['e2'])
    expect(state.circuits.size).toBe(1)
    expect([...state.log].map(({ event }) => event.seq)).toEqual([1])
    expect(reloadLines(state)).toEqual([])
  })

  test('keeps it when the log is preserved, behind a line', () => {
    const fresh = added({ snapshot: { ...added().snapshot, since: start + 40_000 } })
    const opened = moved({ seq: 2, index: 1 }, 'closed', 'open', { timestamp: start + 45_000 })
    const state = after(
      { type: 'preserve-log', on: true },
      first,
      batch([fresh, opened], { epoch: 'e2', receivedAt: start + 50_000 }),
    )
    expect(state.circuits.size).toBe(2)
    const lines = reloadLines(state)
    // the document came before it was heard, and after the last that the old one told
    expect(lines).toMatchObject([{ timestamp: start + 40_000, restored: false }])
    const entries = [...state.log]
    const behind = entries.map((entry, place) => isBehindLine(lines, entries[place - 1], entry))
    expect(behind).toEqual([false, false, true, false])
  })

  test('is not before the last that the old document told', () => {
    const state = after({ type: 'preserve-log', on: true }, first, second)
    expect(reloadLines(state)).toMatchObject([{ timestamp: start + 2_000 }])
    const early = batch([added()], { epoch: 'e2', receivedAt: start + 1_000 })
    expect(reloadLines(after({ type: 'preserve-log', on: true }, first, early))).toMatchObject([
      { timestamp: start + 1_000 },
    ])
  })

  test('by going back brings the old document again, and nothing twice', () => {
    const state = after({ type: 'preserve-log', on: true }, first, second, back)
    expect(state.log).toHaveLength(3)
    expect(reloadLines(state).map(({ restored }) => restored)).toEqual([false, true])
    expect(after(first, second, back).circuits.size).toBe(1)
  })

  test('to a page without Fluxgate leaves nothing, or all of it behind', () => {
    const absent = { ...failing('garbage'), condition: { kind: 'absent' } } as const
    expect(after(first, absent).circuits.size).toBe(0)
    expect(connection(after(first, absent))).toBe('absent')
    expect(after({ type: 'preserve-log', on: true }, first, absent).log).toHaveLength(2)
  })

  test('of a frame leaves the others alone', () => {
    const frame = batch([added()], { frame: 'http://localhost/frame', epoch: 'f1' })
    const state = after(first, frame, second)
    expect([...state.epochs.values()].map(({ epoch }) => epoch)).toEqual(['f1', 'e2'])
    expect(after(first, frame, frameRemoved('http://localhost/frame')).circuits.size).toBe(1)
  })

  test('takes the choice of what to look at with it, when that is gone', () => {
    const state = after(first)
    const [entry] = state.log
    const circuit = circuitOf(state)?.key
    const looking = reduce(state, {
      type: 'set-view',
      change: { circuit, entry, filter: 'pay', moment: 5 },
    })
    expect(reduce(looking, second).view).toEqual({ filter: 'pay' })
  })
})

describe('recording', () => {
  test('off leaves the picture as it is', () => {
    const state = after(batch([added()]), { type: 'record', on: false })
    expect(connection(state)).toBe('paused')
    expect(reduce(state, batch([moved({ seq: 2, index: 1 }, 'closed', 'open')]))).toBe(state)
    expect(reduce(state, failing('threw'))).toBe(state)
  })
})

describe('clear', () => {
  const history = [
    added(),
    moved({ seq: 2, index: 1 }, 'closed', 'open', {}, 3),
    commanded({ seq: 3, index: 2 }),
    measured(start + 3_500),
    counted(7, start + 3_600),
    measured(start + 3_700),
    counted(9, start + 3_800),
  ]

  test('leaves what is, and forgets how it came', () => {
    const state = after(batch(history), { type: 'clear' })
    expect(state.log).toHaveLength(0)
    expect(losses(state).dropped).toBe(0)
    const circuit = circuitOf(state)
    expect(circuit).toMatchObject({ name: 'payments', state: 'open', rejections: 9, trips: 0 })
    expect(circuit?.events).toHaveLength(0)
    expect(circuit?.metrics).toHaveLength(1)
  })

  test('is not undone by what comes twice', () => {
    const state = after(batch(history), { type: 'clear' })
    expect(comparable(reduce(state, batch(history)))).toEqual(comparable(state))
  })

  test('does not hide what comes after it', () => {
    const next = moved({ seq: 4, index: 3 }, 'open', 'half_open')
    const state = after(batch(history), { type: 'clear' }, batch([next], { next: 4 }))
    expect([...state.log].map(({ event }) => event)).toEqual([next])
    expect(circuitOf(state)).toMatchObject({ state: 'half_open' })
    expect(losses(state).dropped).toBe(0)
  })

  test('drops preserved documents', () => {
    const state = after(
      { type: 'preserve-log', on: true },
      batch(history),
      batch([added()], { epoch: 'e2' }),
      { type: 'clear' },
    )
    expect([...state.epochs.values()].map(({ epoch }) => epoch)).toEqual(['e2'])
  })
})

describe('a command', () => {
  const send = { type: 'command-sent', id: 1, circuitKey: 'k', action: 'trip', sentAt: 5 } as const
  const settle = (result: { ok: true } | { ok: false; error: string }) =>
    after(send, { type: 'command-settled', id: 1, result }).commands

  test('is pending until the page has said what came of it', () => {
    const { id, circuitKey, action, sentAt } = send
    expect(after(send).commands).toEqual([{ id, circuitKey, action, sentAt, status: 'pending' }])
    expect(settle({ ok: true })).toMatchObject([{ status: 'confirmed' }])
    expect(settle({ ok: false, error: 'no' })).toMatchObject([{ status: 'failed', error: 'no' }])
  })
})

describe('a panel that is open for days keeps to its memory:', () => {
  test('the oldest of what is measured again and again are let go', () => {
    const counts = Array.from({ length: 6_000 }, (_, i) => counted(i, start + i))
    const metrics = Array.from({ length: 6_000 }, (_, i) => measured(start + i))
    const circuit = circuitOf(told(...counts, ...metrics))
    expect(circuit?.counts).toHaveLength(5_000)
    expect(circuit?.counts.at(-1)?.total).toBe(5_999)
    expect(circuit?.metrics).toHaveLength(5_000)
    expect(circuit?.metrics.at(0)?.timestamp).toBe(start + 1_000)
  })

  test('so are commands', () => {
    const sent = { type: 'command-sent', circuitKey: 'k', action: 'trip', sentAt: 5 } as const
    const { commands } = after(...Array.from({ length: 150 }, (_, id) => ({ ...sent, id })))
    expect(commands.map(({ id }) => id)).toEqual(Array.from({ length: 100 }, (_, i) => i + 50))
  })

  test('so is the log, which is told, and what comes twice does not bring it back', () => {
    const history = [added()] as WireEvent[]
    for (let seq = 2; seq <= 230_000; seq++) {
      history.push(moved({ seq, index: seq - 1 }, 'closed', seq % 2 ? 'open' : 'disabled'))
    }
    const state = after(batch(history))
    expect(state.log).toHaveLength(200_000)
    expect(losses(state)).toEqual({ dropped: 0, invalid: 0, forgotten: 30_000 })
    const circuit = circuitOf(state)
    expect(circuit?.events).toHaveLength(200_000)
    expect(circuit).toMatchObject({ name: 'payments', state: 'disabled', trips: 100_000 })
    expect(circuit?.anchor?.seq).toBe(30_000)
    const again = reduce(state, batch(history.slice(0, 1_000)))
    expect(again.log).toHaveLength(200_000)
    expect(losses(again)).toEqual(losses(state))
  })
})

test('a session from a file is for looking only', () => {
  const file: SessionState = { ...told(added()), source: 'file' }
  for (const action of [batch([]), { type: 'clear' }, { type: 'record', on: false }] as const) {
    expect(reduce(file, action)).toBe(file)
  }
  expect(reduce(file, { type: 'set-view', change: { filter: 'x' } }).view.filter).toBe('x')
  expect(connection(file)).toBe('file')
})
