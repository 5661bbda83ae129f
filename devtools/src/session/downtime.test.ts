import type { State } from '@fluxgate/core'
import { expect, test } from 'vitest'
import { batch } from '../../test/messages.ts'
import { added, start, transition } from '../../test/wire-events.ts'
import { currentDowntime, downtimesOf } from './downtime.ts'
import { emptySession, reduce } from './reduce.ts'
import type { Circuit } from './state.ts'

/** A circuit that passed through these states, one second each. */
function circuitThrough(...states: readonly State[]): Circuit {
  const signals = states.slice(1).map((state, index) => {
    const position = { seq: index + 2, index: index + 1 }
    return transition(position, states[index] ?? 'closed', state)
  })
  const [circuit] = reduce(emptySession, batch([added(), ...signals])).circuits.values()
  if (circuit === undefined) throw new Error('The session has no circuit')
  return circuit
}

test('a circuit that never opened has no downtime', () => {
  expect(downtimesOf(circuitThrough('closed'))).toEqual([])
})

test('failed probes continue a downtime, and are counted', () => {
  const circuit = circuitThrough('closed', 'open', 'half_open', 'open', 'half_open', 'open')
  expect(currentDowntime(circuit)).toMatchObject({
    from: start + 2_000,
    trip: { seq: 2 },
    failedProbes: 2,
  })
})

test('a recovery ends a downtime', () => {
  const circuit = circuitThrough('closed', 'open', 'half_open', 'closed', 'open')
  expect(downtimesOf(circuit)).toMatchObject([
    { from: start + 5_000, failedProbes: 0 },
    { from: start + 2_000, to: start + 4_000, failedProbes: 0 },
  ])
  expect(downtimesOf(circuit)[0]).not.toHaveProperty('to')
})

test('a circuit that is disabled while open is not down', () => {
  expect(currentDowntime(circuitThrough('closed', 'open', 'disabled'))).toBeUndefined()
})

test('after the log was cleared, a downtime begins at its last known transition', () => {
  const events = [added(), transition({ seq: 2, index: 1 }, 'closed', 'open')]
  const state = reduce(reduce(emptySession, batch(events)), { type: 'clear' })
  const [circuit] = state.circuits.values()
  expect(circuit && currentDowntime(circuit)).toMatchObject({ from: start + 2_000 })
})
