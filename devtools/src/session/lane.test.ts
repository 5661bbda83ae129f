import type { State } from '@fluxgate/core'
import type { WireEvent } from '@fluxgate/core/devtools'
import fc from '@fluxgate/testkit/fast-check'
import { describe, expect, test } from 'vitest'
import { batch } from '../../test/messages.ts'
import { added, commanded, removed, start, transition } from '../../test/wire-events.ts'
import { flagsIn, laneIn, stateAt } from './lane.ts'
import { emptySession, reduce } from './reduce.ts'
import { severity } from './severity.ts'
import type { Circuit } from './state.ts'

function circuitAfter(events: readonly WireEvent[], cleared = false): Circuit {
  const state = reduce(emptySession, batch(events))
  const [circuit] = (cleared ? reduce(state, { type: 'clear' }) : state).circuits.values()
  if (circuit === undefined) throw new Error('The session has no circuit')
  return circuit
}

const at = (second: number) => start + second * 1_000
const span = (from: number, to: number) => ({ from: at(from), to: at(to) })

/** The intervals of a lane as text, in seconds: `2–4 open`. */
const laneText = (circuit: Circuit, from: number, to: number, resolutionMs = 0) =>
  laneIn(circuit, span(from, to), resolutionMs).map((interval) => {
    const [begin, end] = [interval.from, interval.to].map((ms) => (ms - start) / 1_000)
    const lost = interval.lost > 0 ? ` lost ${interval.lost}` : ''
    const joined = interval.joined > 1 ? ` ×${interval.joined}` : ''
    return `${begin}–${end} ${interval.state ?? '?'}${joined}${lost}`
  })

// each signal is sent at the second that equals its seq
const history = circuitAfter([
  added(),
  transition({ seq: 2, index: 1 }, 'closed', 'open'),
  commanded({ seq: 3, index: 2, action: 'reset', timestamp: at(3) }),
  transition({ seq: 4, index: 3 }, 'open', 'half_open'),
  transition({ seq: 6, index: 4 }, 'half_open', 'closed'),
])

describe('laneIn', () => {
  test('returns the successive states up to the end of the span', () => {
    expect(laneText(history, -5, 10)).toEqual([
      '0–2 closed',
      '2–3 open',
      '3–4 open',
      '4–6 half_open',
      '6–10 closed',
    ])
  })

  test('contains states of 0 ms only with keepInstants', () => {
    const instant = circuitAfter([
      added(),
      transition({ seq: 2, index: 1 }, 'closed', 'open', { timestamp: at(2) }),
      transition({ seq: 3, index: 2 }, 'open', 'closed', { timestamp: at(2) }),
    ])
    const states = (keepInstants: boolean) =>
      laneIn(instant, span(-1, 5), 0, keepInstants).map(({ state }) => state)
    expect(states(false)).toEqual(['closed', 'closed'])
    expect(states(true)).toEqual(['closed', 'open', 'closed'])
  })

  test('starts within a state', () => {
    expect(laneText(history, 5, 8)).toEqual(['5–6 half_open', '6–8 closed'])
    expect(laneText(history, 7, 8)).toEqual(['7–8 closed'])
  })

  test('ends when the circuit is removed', () => {
    const removedCircuit = circuitAfter([added(), removed({ seq: 4, index: 1, timestamp: at(4) })])
    expect(laneText(removedCircuit, 0, 9)).toEqual(['0–4 closed'])
    expect(laneText(removedCircuit, 5, 9)).toEqual([])
  })

  test('has no state where events were lost, and counts them', () => {
    const gap = circuitAfter([
      added(),
      transition({ seq: 2, index: 1 }, 'closed', 'open'),
      transition({ seq: 7, index: 5 }, 'half_open', 'closed'),
    ])
    expect(laneText(gap, 0, 9)).toEqual(['0–2 closed', '2–7 ? lost 3', '7–9 closed'])
    expect(laneText(gap, 3, 5)).toEqual(['3–5 ? lost 3'])
  })

  test('continues after the log was cleared', () => {
    const circuit = circuitAfter(
      [added(), transition({ seq: 2, index: 1 }, 'closed', 'open')],
      true,
    )
    expect(laneText(circuit, 3, 5)).toEqual(['3–5 open'])
  })

  test('starts at the first signal when earlier events are unknown', () => {
    const late = circuitAfter([transition({ seq: 3, index: 7 }, 'closed', 'open')])
    expect(laneText(late, 0, 5).at(-1)).toBe('3–5 open')
  })

  test('returns the first state of a circuit without signals', () => {
    expect(laneText(circuitAfter([added()]), 1, 5)).toEqual(['1–5 closed'])
    expect(laneIn({ ...history, events: history.events.slice(9) }, span(0, 5))).toEqual([])
  })
})

describe('laneIn with a resolution', () => {
  test('joins short intervals and shows the most severe state', () => {
    expect(laneText(history, 0, 10, 1_500)).toEqual([
      '0–2 closed',
      '2–4 open ×2',
      '4–6 half_open',
      '6–10 closed',
    ])
  })

  test('covers the span without gap or overlap, with a bounded number of intervals', () => {
    const states = Object.keys(severity) as State[]
    const transitions = fc.array(
      fc.record({ to: fc.constantFrom(...states), after: fc.nat(3_000) }),
      {
        minLength: 1,
        maxLength: 80,
      },
    )
    fc.assert(
      fc.property(transitions, fc.integer({ min: 1, max: 5_000 }), (steps, resolutionMs) => {
        let timestamp = start
        let state: State = 'closed'
        const events = steps.map(({ to, after }, index) => {
          timestamp += after
          const event = transition({ seq: index + 2, index: index + 1 }, state, to, { timestamp })
          state = to
          return event
        })
        const circuit = circuitAfter([added(), ...events])
        const whole = { from: start, to: timestamp + 10 }
        const fine = laneIn(circuit, whole)
        const lane = laneIn(circuit, whole, resolutionMs)
        expect(lane[0]?.from).toBe(whole.from)
        expect(lane.at(-1)?.to).toBe(whole.to)
        for (const [index, { to }] of lane.slice(0, -1).entries()) {
          expect(lane[index + 1]?.from).toBe(to)
        }
        expect(lane.reduce((sum, { joined }) => sum + joined, 0)).toBe(fine.length)
        expect(lane.length).toBeLessThanOrEqual((2 * (whole.to - whole.from)) / resolutionMs + 2)
        for (const { from, to, state: shown } of lane) {
          const within = fine.filter((part) => part.from >= from && part.to <= to)
          const mostSevere = Math.min(
            ...within.flatMap((part) => (part.state ? severity[part.state] : [])),
          )
          expect(shown && severity[shown]).toBe(mostSevere)
        }
      }),
    )
  })
})

test('stateAt returns the state at a moment', () => {
  expect([0, 1.9, 2, 3, 5, 6, 100].map((second) => stateAt(history, at(second)))).toEqual([
    'closed',
    'closed',
    'open',
    'open',
    'half_open',
    'closed',
    'closed',
  ])
  expect(stateAt(history, at(-1))).toBeUndefined()
})

test('flagsIn returns manual transitions, and a command once', () => {
  const circuit = circuitAfter([
    added(),
    transition({ seq: 2, index: 1 }, 'closed', 'disabled', { cause: 'manual' }),
    commanded({ seq: 3, index: 2, timestamp: at(3) }),
    {
      ...transition({ seq: 4, index: 3 }, 'disabled', 'open', { cause: 'manual' }),
      by: 'devtools',
    },
    transition({ seq: 5, index: 4 }, 'open', 'half_open', { cause: 'retry' }),
  ])
  const seqs = (from: number, to: number) => flagsIn(circuit, span(from, to)).map(({ seq }) => seq)
  expect(seqs(0, 9)).toEqual([2, 3])
  expect(seqs(2, 3)).toEqual([2])
  expect(seqs(4, 9)).toEqual([])
})
