import { expect, test } from 'vitest'
import { batch } from '../../test/messages.ts'
import { added, start, transition } from '../../test/wire-events.ts'
import { incidents } from './incidents.ts'
import { emptySession, reduce } from './reduce.ts'

const SECOND_MS = 1_000

/** A session in which circuits open, and some close again, at these seconds. */
function sessionOf(
  circuits: Readonly<Record<string, readonly [openedAt: number, closedAt?: number]>>,
) {
  let seq = 0
  const events = Object.entries(circuits).flatMap(([name, [openedAt, closedAt]], index) => {
    const circuit = String(index + 1)
    const at = (seconds: number) => ({ timestamp: start + seconds * SECOND_MS })
    const first = added({ seq: ++seq, circuit }, name)
    const opened = { seq: ++seq, index: 1, circuit }
    const signals = [transition(opened, 'closed', 'open', at(openedAt))]
    if (closedAt !== undefined) {
      const closed = { seq: ++seq, index: 2, circuit }
      signals.push(transition(closed, 'half_open', 'closed', at(closedAt)))
    }
    return [first, ...signals]
  })
  return reduce(emptySession, batch(events))
}

test('groups trips that follow one another within seconds, and names the first', () => {
  const state = sessionOf({ api: [12], shop: [20], database: [10], images: [60, 70] })
  expect(incidents(state)).toMatchObject([
    {
      from: start + 10_000,
      lastTripAt: start + 20_000,
      first: { label: 'database' },
      entry: { event: { type: 'signal' } },
      circuits: 3,
      down: 3,
    },
    {
      from: start + 60_000,
      first: { label: 'images' },
      circuits: 1,
      down: 0,
      recoveredAt: start + 70_000,
    },
  ])
})

test('a trip after all others recovered begins another incident', () => {
  const state = sessionOf({ a: [10, 12], b: [14] })
  expect(incidents(state).map(({ first }) => first.label)).toEqual(['b', 'a'])
})

test('lists an ongoing incident before a later one that has ended', () => {
  const state = sessionOf({ old: [10], recent: [60, 70] })
  expect(incidents(state).map(({ first }) => first.label)).toEqual(['old', 'recent'])
})

test('contains the next probe of all circuits that are down', () => {
  const state = sessionOf({ a: [10], b: [11] })
  const probes = [...state.circuits.values()].flatMap(({ retryAt }) => retryAt ?? [])
  expect(incidents(state)[0]?.nextProbeAt).toBe(Math.min(...probes))
})

test('returns no incidents until a circuit has opened', () => {
  expect(incidents(emptySession)).toEqual([])
})
