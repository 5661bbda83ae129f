import type { State } from '@fluxgate/core'
import type { WireEvent } from '@fluxgate/core/devtools'
import fc from '@fluxgate/testkit/fast-check'
import { describe, expect, test } from 'vitest'
import { batch } from '../../test/messages.ts'
import { added, commanded, moved, removed, start } from '../../test/wire-events.ts'
import { flagsIn, laneIn, stateAt } from './lane.ts'
import { emptySession, reduce } from './reduce.ts'
import { severity } from './severity.ts'
import type { Circuit } from './state.ts'

function circuitAfter(events: readonly WireEvent[], cleared = false): Circuit {
  const told = reduce(emptySession, batch(events))
  const [circuit] = (cleared ? reduce(told, { type: 'clear' }) : told).circuits.values()
  if (circuit === undefined) throw new Error('no circuit')
  return circuit
}

const at = (second: number) => start + second * 1_000
const span = (from: number, to: number) => ({ from: at(from), to: at(to) })

/** A lane in a few words: `2–4 open`, in seconds. */
const words = (circuit: Circuit, from: number, to: number, resolutionMs = 0) =>
  laneIn(circuit, span(from, to), resolutionMs).map((interval) => {
    const [begin, end] = [interval.from, interval.to].map((ms) => (ms - start) / 1_000)
    const lost = interval.lost > 0 ? ` lost ${interval.lost}` : ''
    const joined = interval.joined > 1 ? ` ×${interval.joined}` : ''
    return `${begin}–${end} ${interval.state ?? '?'}${joined}${lost}`
  })

// it moves at the second that is its place in the log
const story = circuitAfter([
  added(),
  moved({ seq: 2, index: 1 }, 'closed', 'open'),
  commanded({ seq: 3, index: 2, action: 'reset', timestamp: at(3) }),
  moved({ seq: 4, index: 3 }, 'open', 'half_open'),
  moved({ seq: 6, index: 4 }, 'half_open', 'closed'),
])

describe('a lane', () => {
  test('is the states one after the other, up to the end of the span', () => {
    expect(words(story, -5, 10)).toEqual([
      '0–2 closed',
      '2–3 open',
      '3–4 open',
      '4–6 half_open',
      '6–10 closed',
    ])
  })

  test('begins within a state', () => {
    expect(words(story, 5, 8)).toEqual(['5–6 half_open', '6–8 closed'])
    expect(words(story, 7, 8)).toEqual(['7–8 closed'])
  })

  test('ends with the circuit', () => {
    const gone = circuitAfter([added(), removed({ seq: 4, index: 1, timestamp: at(4) })])
    expect(words(gone, 0, 9)).toEqual(['0–4 closed'])
    expect(words(gone, 5, 9)).toEqual([])
  })

  test('says where events were lost, and claims nothing there', () => {
    const gap = circuitAfter([
      added(),
      moved({ seq: 2, index: 1 }, 'closed', 'open'),
      moved({ seq: 7, index: 5 }, 'half_open', 'closed'),
    ])
    expect(words(gap, 0, 9)).toEqual(['0–2 closed', '2–7 ? lost 3', '7–9 closed'])
    expect(words(gap, 3, 5)).toEqual(['3–5 ? lost 3'])
  })

  test('goes on after the log was cleared', () => {
    const circuit = circuitAfter([added(), moved({ seq: 2, index: 1 }, 'closed', 'open')], true)
    expect(words(circuit, 3, 5)).toEqual(['3–5 open'])
  })

  test('begins with the first signal when nothing is known from before', () => {
    const late = circuitAfter([moved({ seq: 3, index: 7 }, 'closed', 'open')])
    expect(words(late, 0, 5).at(-1)).toBe('3–5 open')
  })

  test('of a circuit of which nothing happened is what it was', () => {
    expect(words(circuitAfter([added()]), 1, 5)).toEqual(['1–5 closed'])
    expect(laneIn({ ...story, events: story.events.slice(9) }, span(0, 5))).toEqual([])
  })
})

describe('a lane that is too fine to be drawn', () => {
  test('shows the worst of what is joined, and how much that is', () => {
    expect(words(story, 0, 10, 1_500)).toEqual([
      '0–2 closed',
      '2–4 open ×2',
      '4–6 half_open',
      '6–10 closed',
    ])
  })

  test('is as long as before, in order, without overlap, and as short as the screen', () => {
    const states = Object.keys(severity) as State[]
    const moves = fc.array(fc.record({ to: fc.constantFrom(...states), after: fc.nat(3_000) }), {
      minLength: 1,
      maxLength: 80,
    })
    fc.assert(
      fc.property(moves, fc.integer({ min: 1, max: 5_000 }), (steps, resolutionMs) => {
        let timestamp = start
        let state: State = 'closed'
        const events = steps.map(({ to, after }, index) => {
          timestamp += after
          const event = moved({ seq: index + 2, index: index + 1 }, state, to, { timestamp })
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
          const worst = Math.min(
            ...within.flatMap((part) => (part.state ? severity[part.state] : [])),
          )
          expect(shown && severity[shown]).toBe(worst)
        }
      }),
    )
  })
})

test('the state at a moment', () => {
  expect([0, 1.9, 2, 3, 5, 6, 100].map((second) => stateAt(story, at(second)))).toEqual([
    'closed',
    'closed',
    'open',
    'open',
    'half_open',
    'closed',
    'closed',
  ])
  expect(stateAt(story, at(-1))).toBeUndefined()
})

test('flags are the moves by hand, those of a command once', () => {
  const circuit = circuitAfter([
    added(),
    moved({ seq: 2, index: 1 }, 'closed', 'disabled', { cause: 'manual' }),
    commanded({ seq: 3, index: 2, timestamp: at(3) }),
    { ...moved({ seq: 4, index: 3 }, 'disabled', 'open', { cause: 'manual' }), by: 'devtools' },
    moved({ seq: 5, index: 4 }, 'open', 'half_open', { cause: 'retry' }),
  ])
  const seqs = (from: number, to: number) => flagsIn(circuit, span(from, to)).map(({ seq }) => seq)
  expect(seqs(0, 9)).toEqual([2, 3])
  expect(seqs(2, 3)).toEqual([2])
  expect(seqs(4, 9)).toEqual([])
})
