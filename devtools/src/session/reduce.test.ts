import type { WireEvent } from '@fluxgate/core/devtools'
import { describe, expect, test } from 'vitest'
import { batch, comparable, failing } from '../../test/messages.ts'
import {
  added,
  commanded,
  counted,
  measured,
  removed,
  start,
  transition,
} from '../../test/wire-events.ts'
import type { SessionAction } from './action.ts'
import { connection, losses } from './connection.ts'
import { emptySession, reduce } from './reduce.ts'
import type { Circuit, SessionState } from './state.ts'

const after = (...actions: SessionAction[]) => actions.reduce(reduce, emptySession)
const circuitOf = (state: SessionState): Circuit | undefined => [...state.circuits.values()][0]
const afterEvents = (...events: WireEvent[]) => after(batch(events))

describe('a circuit', () => {
  test('has the configuration and state of its first event', () => {
    const state = afterEvents(added())
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

  test('has the state of its last signal', () => {
    const state = afterEvents(
      added(),
      transition({ seq: 2, index: 1 }, 'closed', 'open'),
      transition({ seq: 3, index: 2 }, 'open', 'half_open'),
      transition({ seq: 4, index: 3 }, 'half_open', 'open', {}, 7),
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

  test('takes its name and state from signals when its first event was lost', () => {
    const state = afterEvents(transition({ seq: 5, index: 3 }, 'open', 'half_open'))
    expect(circuitOf(state)).toMatchObject({
      name: 'payments',
      state: 'half_open',
      controls: false,
    })
  })

  test('takes its name and state from a shadow verdict when all else was lost', () => {
    const cause = 'shadow'
    const verdict = transition({ seq: 5, index: 3 }, 'metrics_only', 'metrics_only', { cause })
    const later = commanded({ seq: 6, index: 4 })
    const known = { name: 'payments', state: 'metrics_only', since: start + 5_000 }
    expect(circuitOf(afterEvents(verdict, later))).toMatchObject(known)
    expect(circuitOf(after(batch([later]), batch([verdict])))).toMatchObject(known)
    expect(circuitOf(after(batch([verdict]), { type: 'clear' }, batch([later])))).toMatchObject(
      known,
    )
  })

  test('keeps its state at a shadow verdict', () => {
    const metricsOnly = transition({ seq: 2, index: 1 }, 'closed', 'metrics_only', {
      cause: 'manual',
    })
    const shadow = transition({ seq: 3, index: 2 }, 'metrics_only', 'metrics_only', {
      cause: 'shadow',
    })
    const state = afterEvents(added(), metricsOnly, shadow)
    expect(circuitOf(state)).toMatchObject({
      state: 'metrics_only',
      since: start + 2_000,
      trips: 0,
    })
    expect(state.log).toHaveLength(3)
  })

  test('takes a changed retryAt from metrics of its current state', () => {
    const open = transition({ seq: 2, index: 1 }, 'closed', 'open')
    const live = { state: 'open', since: start + 2_000, retryAt: start + 99_000 } as const
    const state = afterEvents(added(), open, measured(start + 3_000, live))
    expect(circuitOf(state)?.retryAt).toBe(start + 99_000)
    const later = reduce(state, batch([transition({ seq: 3, index: 2 }, 'open', 'half_open')]))
    expect(circuitOf(later)).not.toHaveProperty('retryAt')
  })

  test('ignores retryAt in metrics of an earlier open state', () => {
    const live = { state: 'open', since: start + 2_000, retryAt: start + 99_000 } as const
    const state = afterEvents(
      added(),
      transition({ seq: 2, index: 1 }, 'closed', 'open'),
      measured(start + 3_000, live),
      transition({ seq: 4, index: 2 }, 'open', 'half_open'),
      transition({ seq: 5, index: 3 }, 'half_open', 'open'),
    )
    expect(circuitOf(state)?.retryAt).toBe(start + 15_000)
  })

  test('is identified by its id, not by its name', () => {
    expect(afterEvents(added(), added({ seq: 2, circuit: '2' })).circuits.size).toBe(2)
  })

  test('that was removed is kept with the reason', () => {
    expect(circuitOf(afterEvents(added(), removed({ rejections: 4 })))).toMatchObject({
      removed: { why: 'detached', timestamp: start + 9_000 },
      rejections: 4,
    })
  })
})

describe('recording', () => {
  test('off leaves the state unchanged', () => {
    const state = after(batch([added()]), { type: 'record', on: false })
    expect(connection(state)).toBe('paused')
    expect(reduce(state, batch([transition({ seq: 2, index: 1 }, 'closed', 'open')]))).toBe(state)
    expect(reduce(state, failing('threw'))).toBe(state)
  })
})

describe('clear', () => {
  const history = [
    added(),
    transition({ seq: 2, index: 1 }, 'closed', 'open', {}, 3),
    commanded({ seq: 3, index: 2 }),
    measured(start + 3_500),
    counted(7, start + 3_600),
    measured(start + 3_700),
    counted(9, start + 3_800),
  ]

  test('keeps the current state and empties the log', () => {
    const state = after(batch(history), { type: 'clear' })
    expect(state.log).toHaveLength(0)
    expect(losses(state).dropped).toBe(0)
    const circuit = circuitOf(state)
    expect(circuit).toMatchObject({ name: 'payments', state: 'open', rejections: 9, trips: 0 })
    expect(circuit?.events).toHaveLength(0)
    expect(circuit?.metrics).toHaveLength(1)
  })

  test('ignores repeated events from before', () => {
    const state = after(batch(history), { type: 'clear' })
    expect(comparable(reduce(state, batch(history)))).toEqual(comparable(state))
  })

  test('does not affect later events', () => {
    const next = transition({ seq: 4, index: 3 }, 'open', 'half_open')
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
    expect([...state.documents.values()].map(({ epoch }) => epoch)).toEqual(['e2'])
  })
})

describe('a command', () => {
  const send = { type: 'command-sent', id: 1, circuitKey: 'k', action: 'trip', sentAt: 5 } as const
  const settle = (result: { ok: true } | { ok: false; error: string }) =>
    after(send, { type: 'command-settled', id: 1, result }).commands

  test('is pending until the page answers', () => {
    const { id, circuitKey, action, sentAt } = send
    expect(after(send).commands).toEqual([{ id, circuitKey, action, sentAt, status: 'pending' }])
    expect(settle({ ok: true })).toMatchObject([{ status: 'confirmed' }])
    expect(settle({ ok: false, error: 'no' })).toMatchObject([{ status: 'failed', error: 'no' }])
  })
})

describe('memory limits', () => {
  test('keep the last 5,000 counts and metrics of a circuit', () => {
    const counts = Array.from({ length: 6_000 }, (_, i) => counted(i, start + i))
    const metrics = Array.from({ length: 6_000 }, (_, i) => measured(start + i))
    const circuit = circuitOf(afterEvents(...counts, ...metrics))
    expect(circuit?.counts).toHaveLength(5_000)
    expect(circuit?.counts.at(-1)?.total).toBe(5_999)
    expect(circuit?.metrics).toHaveLength(5_000)
    expect(circuit?.metrics.at(0)?.timestamp).toBe(start + 1_000)
  })

  test('keep the last 100 commands', () => {
    const sent = { type: 'command-sent', circuitKey: 'k', action: 'trip', sentAt: 5 } as const
    const { commands } = after(...Array.from({ length: 150 }, (_, id) => ({ ...sent, id })))
    expect(commands.map(({ id }) => id)).toEqual(Array.from({ length: 100 }, (_, i) => i + 50))
  })

  test('keep the last 200,000 log entries, count the others and ignore their repetition', () => {
    const history = [added()] as WireEvent[]
    for (let seq = 2; seq <= 230_000; seq++) {
      history.push(transition({ seq, index: seq - 1 }, 'closed', seq % 2 ? 'open' : 'disabled'))
    }
    const state = after(batch(history))
    expect(state.log).toHaveLength(200_000)
    expect(losses(state)).toEqual({ dropped: 0, invalid: 0, evicted: 30_000 })
    const circuit = circuitOf(state)
    expect(circuit?.events).toHaveLength(200_000)
    expect(circuit).toMatchObject({ name: 'payments', state: 'disabled', trips: 100_000 })
    expect(circuit?.anchor?.seq).toBe(30_000)
    const again = reduce(state, batch(history.slice(0, 1_000)))
    expect(again.log).toHaveLength(200_000)
    expect(losses(again)).toEqual(losses(state))
  })
})

test('only the view of a session from a file can change', () => {
  const file: SessionState = { ...afterEvents(added()), source: 'file' }
  for (const action of [batch([]), { type: 'clear' }, { type: 'record', on: false }] as const) {
    expect(reduce(file, action)).toBe(file)
  }
  expect(reduce(file, { type: 'set-view', change: { filter: 'x' } }).view.filter).toBe('x')
  expect(connection(file)).toBe('file')
})

test('a page can add at most 10,000 circuits; the events of others count as malformed', () => {
  const events = Array.from({ length: 10_002 }, (_, index) =>
    added({ seq: index + 1, circuit: String(index) }),
  )
  const state = reduce(emptySession, batch(events))
  expect(state.circuits.size).toBe(10_000)
  expect(state.invalid).toBe(2)
})
