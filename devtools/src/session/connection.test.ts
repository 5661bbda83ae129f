import { describe, expect, test } from 'vitest'
import { batch, failing, frameRemoved } from '../../test/messages.ts'
import { added, start, transition } from '../../test/wire-events.ts'
import type { SessionAction } from './action.ts'
import { connection, isAfterReload, losses, reloadLines } from './connection.ts'
import { emptySession, reduce } from './reduce.ts'
import type { Circuit, SessionState } from './state.ts'

const after = (...actions: SessionAction[]) => actions.reduce(reduce, emptySession)
const circuitOf = (state: SessionState): Circuit | undefined => [...state.circuits.values()][0]

describe('losses', () => {
  test('counts events that are missing before the cursor, in any order of batches', () => {
    const state = after(
      batch([added(), transition({ seq: 4, index: 3 }, 'closed', 'open')], {
        next: 4.5,
        dropped: 2,
      }),
    )
    expect(losses(state)).toEqual({ dropped: 2, invalid: 0, evicted: 0 })
    const late = reduce(
      state,
      batch([transition({ seq: 3, index: 2 }, 'open', 'closed')], { next: 3 }),
    )
    expect(losses(late).dropped).toBe(1)
    expect(losses(reduce(late, batch([added()], { next: 1 }))).dropped).toBe(1)
  })

  test('counts malformed events and failed reads', () => {
    const state = after(batch([added()], { invalid: 3 }), failing('malformed'), failing('threw'))
    expect(losses(state).invalid).toBe(5)
    expect(connection(state)).toBe('failing')
    expect(state.circuits.size).toBe(1)
    expect(connection(reduce(state, batch([])))).toBe('live')
  })
})

describe('a reload', () => {
  const first = batch([added(), transition({ seq: 2, index: 1 }, 'closed', 'open')])
  const second = batch([added()], { epoch: 'e2', receivedAt: start + 50_000 })
  const back = { ...first, receivedAt: start + 60_000 }

  test('drops the old document', () => {
    const state = after(first, second)
    expect([...state.documents.values()].map(({ epoch }) => epoch)).toEqual(['e2'])
    expect(state.circuits.size).toBe(1)
    expect([...state.log].map(({ event }) => event.seq)).toEqual([1])
    expect(reloadLines(state)).toEqual([])
  })

  test('keeps the old document when the log is preserved', () => {
    const newCircuit = added({ snapshot: { ...added().snapshot, since: start + 40_000 } })
    const opened = transition({ seq: 2, index: 1 }, 'closed', 'open', { timestamp: start + 45_000 })
    const state = after(
      { type: 'preserve-log', on: true },
      first,
      batch([newCircuit, opened], { epoch: 'e2', receivedAt: start + 50_000 }),
    )
    expect(state.circuits.size).toBe(2)
    const lines = reloadLines(state)
    // at the first event of the new document, which is before its first batch
    expect(lines).toMatchObject([{ timestamp: start + 40_000, restored: false }])
    const entries = [...state.log]
    const afterReload = entries.map((entry, index) =>
      isAfterReload(lines, entries[index - 1], entry),
    )
    expect(afterReload).toEqual([false, false, true, false])
  })

  test('is not dated before the last event of the old document', () => {
    const state = after({ type: 'preserve-log', on: true }, first, second)
    expect(reloadLines(state)).toMatchObject([{ timestamp: start + 2_000 }])
    const early = batch([added()], { epoch: 'e2', receivedAt: start + 1_000 })
    expect(reloadLines(after({ type: 'preserve-log', on: true }, first, early))).toMatchObject([
      { timestamp: start + 1_000 },
    ])
  })

  test('through the history restores the old document without duplicates', () => {
    const state = after({ type: 'preserve-log', on: true }, first, second, back)
    expect(state.log).toHaveLength(3)
    expect(reloadLines(state).map(({ restored }) => restored)).toEqual([false, true])
    expect(after(first, second, back).circuits.size).toBe(1)
  })

  test('to a page without Fluxgate drops the old document unless the log is preserved', () => {
    const absent = { ...failing('malformed'), condition: { kind: 'absent' } } as const
    expect(after(first, absent).circuits.size).toBe(0)
    expect(connection(after(first, absent))).toBe('absent')
    expect(after({ type: 'preserve-log', on: true }, first, absent).log).toHaveLength(2)
  })

  test('of a frame does not affect other frames', () => {
    const frame = batch([added()], { frame: 'http://localhost/frame', epoch: 'f1' })
    const state = after(first, frame, second)
    expect([...state.documents.values()].map(({ epoch }) => epoch)).toEqual(['f1', 'e2'])
    expect(after(first, frame, frameRemoved('http://localhost/frame')).circuits.size).toBe(1)
  })

  test('removes the selection of dropped circuits and entries', () => {
    const state = after(first)
    const [entry] = state.log
    const circuit = circuitOf(state)?.key
    const selected = reduce(state, {
      type: 'set-view',
      change: { circuit, entry, filter: 'pay', moment: 5 },
    })
    const { view } = reduce(selected, batch([], { epoch: 'e2' }))
    expect(view).toEqual({ filter: 'pay', followed: { frame: 'top', name: 'payments' } })
  })
})
