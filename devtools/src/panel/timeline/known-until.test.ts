import { expect, test } from 'vitest'
import { batch } from '../../../test/messages.ts'
import { added, removed, start, transition } from '../../../test/wire-events.ts'
import type { SessionAction } from '../../session/action.ts'
import { circuitRows } from '../../session/circuit-rows.ts'
import { reloadLines } from '../../session/connection.ts'
import { emptySession, reduce } from '../../session/reduce.ts'
import { knownUntil } from './known-until.ts'

const PRESENT = start + 100_000

function knownAfter(...actions: readonly SessionAction[]): number[] {
  const state = actions.reduce(reduce, { ...emptySession, preserveLog: true })
  return circuitRows(state).map((row) => knownUntil(row, reloadLines(state), PRESENT))
}

test('returns the current time for a live circuit, and the next reload for one of an old document', () => {
  const first = batch([added()], { epoch: 'e1', receivedAt: start })
  const snapshot = { ...added().snapshot, since: start + 30_000 }
  const second = batch([added({ snapshot })], { epoch: 'e2', receivedAt: start + 31_000 })
  expect(knownAfter(first)).toEqual([PRESENT])
  expect(knownAfter(first, second)).toEqual([PRESENT, start + 30_000])
})

test('returns the time of removal for a removed circuit', () => {
  const left = removed({ seq: 3, index: 2, timestamp: start + 5_000 })
  expect(
    knownAfter(batch([added(), transition({ seq: 2, index: 1 }, 'closed', 'open'), left])),
  ).toEqual([start + 5_000])
})
