import { expect, test } from 'vitest'
import { batch } from '../../test/messages.ts'
import { added, start, transition } from '../../test/wire-events.ts'
import { addedCount, logRows, positionOf } from './log-rows.ts'
import { emptySession, reduce } from './reduce.ts'
import type { LogEntry, SessionState } from './state.ts'

const events = [
  added({ seq: 1, circuit: '1' }, 'pay'),
  added({ seq: 2, circuit: '2' }, 'ship'),
  transition({ seq: 3, index: 1, circuit: '2' }, 'closed', 'open'),
  transition({ seq: 4, index: 1, circuit: '1' }, 'closed', 'open'),
  transition({ seq: 5, index: 2, circuit: '1' }, 'open', 'half_open'),
]
const state = reduce(emptySession, batch(events))
const setView = (change: Partial<SessionState['view']>) =>
  reduce(state, { type: 'set-view', change })
const seqs = (from: SessionState) => [...logRows(from)].map(({ event }) => event.seq)

test('returns the log itself when no filter applies and no entries are grouped', () => {
  const opened = [added(), transition({ seq: 2, index: 1 }, 'closed', 'open')]
  const unfolded = reduce(emptySession, batch(opened))
  expect(logRows(unfolded)).toBe(unfolded.log)
})

test('groups circuits that are added together in one entry', () => {
  expect(seqs(state)).toEqual([1, 3, 4, 5])
  const [first, second] = logRows(state)
  expect([first, second].map((entry) => entry && addedCount(entry))).toEqual([2, 1])
})

test('a circuit that is added seconds later has its own entry', () => {
  const later = { ...added().snapshot, since: start + 1_001 }
  const entries = [
    added({ seq: 1, circuit: '1' }),
    added({ seq: 2, circuit: '2', snapshot: { ...later, since: start + 1_000 } }),
    added({ seq: 3, circuit: '3', snapshot: { ...later, since: start + 2_001 } }),
  ]
  expect(seqs(reduce(emptySession, batch(entries)))).toEqual([1, 3])
})

test('contains the entries of the listed circuits', () => {
  expect(seqs(setView({ filter: 'ship' }))).toEqual([2, 3])
  expect(seqs(setView({ filter: 'nothing' }))).toEqual([])
})

test('contains the entries in the selected range, excluding its end', () => {
  const selection = { from: start + 3_000, to: start + 5_000 }
  expect(seqs(setView({ selection }))).toEqual([3, 4])
  expect(seqs(setView({ selection, filter: 'pay' }))).toEqual([4])
})

test('returns the same object until the rows change', () => {
  const filtered = setView({ filter: 'pay', selection: { from: start, to: start + 9_000 } })
  expect(logRows(filtered)).toBe(logRows(filtered))
})

test('orders entries of several documents by time', () => {
  const other = { frame: 'http://f/', epoch: 'f1' }
  const both = reduce(state, batch([transition({ seq: 3, index: 1 }, 'closed', 'open')], other))
  const positions = [...both.log].map(({ documentKey, event }) => `${documentKey}:${event.seq}`)
  expect(positions.filter((position) => position.endsWith(':3'))).toEqual([
    'e1 top:3',
    'f1 http://f/:3',
  ])
  expect([...both.log].map(({ timestamp }) => timestamp)).toEqual(
    [...both.log].map(({ timestamp }) => timestamp).sort((a, b) => a - b),
  )
})

test('positionOf finds an entry, also among others at the same time', () => {
  const rows = logRows(state)
  expect([...rows].map((entry) => positionOf(rows, entry))).toEqual([0, 1, 2, 3])
  const [entry] = rows
  const hidden = { ...entry, timestamp: start + 1 } as LogEntry
  expect(positionOf(rows, hidden)).toBe(-1)
  expect(positionOf(logRows(setView({ filter: 'ship' })), entry as LogEntry)).toBe(-1)
})
