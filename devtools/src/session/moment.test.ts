import { expect, test } from 'vitest'
import { batch } from '../../test/messages.ts'
import { added, measured, moved, start } from '../../test/wire-events.ts'
import { metricsAt, transitionAt } from './moment.ts'
import { emptySession, reduce } from './reduce.ts'

const at = (second: number) => start + second * 1_000

const told = reduce(
  emptySession,
  batch([
    added(),
    moved({ seq: 2, index: 1 }, 'closed', 'metrics_only', { cause: 'manual' }),
    moved({ seq: 5, index: 2 }, 'metrics_only', 'metrics_only', { cause: 'shadow' }),
    moved({ seq: 8, index: 3 }, 'metrics_only', 'closed', { cause: 'manual' }),
    measured(at(6)),
    measured(at(7)),
  ]),
)
const [circuit] = told.circuits.values()
if (circuit === undefined) throw new Error('The session knows no circuit')

test('before the first measurement nothing is known, least of all what came later', () => {
  const taken = [5.9, 6, 6.9, 7, 100].map((second) => metricsAt(circuit.metrics, at(second)))
  expect(taken.map((metrics) => metrics?.timestamp)).toEqual([
    undefined,
    at(6),
    at(6),
    at(7),
    at(7),
  ])
})

test('a shadow verdict is no reason for the state that it left as it was', () => {
  const moves = [1.9, 2, 6, 7.9, 8].map((second) => transitionAt(circuit, at(second)))
  expect(moves.map((move) => move?.seq)).toEqual([undefined, 2, 2, 2, 8])
})

test('what moved it before the log was cleared is still the reason', () => {
  const [cleared] = reduce(told, { type: 'clear' }).circuits.values()
  expect(cleared && transitionAt(cleared, at(9))?.seq).toBe(8)
})
