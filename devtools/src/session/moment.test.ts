import { expect, test } from 'vitest'
import { batch } from '../../test/messages.ts'
import { added, measured, start, transition } from '../../test/wire-events.ts'
import { metricsAt, transitionAt } from './moment.ts'
import { emptySession, reduce } from './reduce.ts'

const at = (second: number) => start + second * 1_000

const state = reduce(
  emptySession,
  batch([
    added(),
    transition({ seq: 2, index: 1 }, 'closed', 'metrics_only', { cause: 'manual' }),
    transition({ seq: 5, index: 2 }, 'metrics_only', 'metrics_only', { cause: 'shadow' }),
    transition({ seq: 8, index: 3 }, 'metrics_only', 'closed', { cause: 'manual' }),
    measured(at(6)),
    measured(at(7)),
  ]),
)
const [circuit] = state.circuits.values()
if (circuit === undefined) throw new Error('The session has no circuit')

test('metricsAt returns undefined before the first metrics', () => {
  const taken = [5.9, 6, 6.9, 7, 100].map((second) => metricsAt(circuit.metrics, at(second)))
  expect(taken.map((metrics) => metrics?.timestamp)).toEqual([
    undefined,
    at(6),
    at(6),
    at(7),
    at(7),
  ])
})

test('transitionAt ignores shadow verdicts', () => {
  const transitions = [1.9, 2, 6, 7.9, 8].map((second) => transitionAt(circuit, at(second)))
  expect(transitions.map((transition) => transition?.seq)).toEqual([undefined, 2, 2, 2, 8])
})

test('transitionAt returns the last transition before the log was cleared', () => {
  const [cleared] = reduce(state, { type: 'clear' }).circuits.values()
  expect(cleared && transitionAt(cleared, at(9))?.seq).toBe(8)
})
