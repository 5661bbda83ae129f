import type { State } from '@fluxgate/core'
import type { WireEvent } from '@fluxgate/core/devtools'
import fc from '@fluxgate/testkit/fast-check'
import { expect, test } from 'vitest'
import { batch, comparable } from '../../test/messages.ts'
import { added, commanded, counted, measured, moved, start } from '../../test/wire-events.ts'
import { losses } from './connection.ts'
import { emptySession, reduce } from './reduce.ts'
import { loadSession, saveSession } from './session-file.ts'
import type { SessionState } from './state.ts'

const states = ['closed', 'open', 'half_open', 'metrics_only', 'disabled', 'forced_open'] as const

/** What happens next: to which circuit, and what. */
const step = fc.record({
  circuit: fc.constantFrom('1', '2', '3'),
  what: fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...states) },
    fc.constantFrom('command', 'shadow', 'rejected', 'metrics'),
  ),
})

/** The log of a page to which these things happened, in its order. */
function historyOf(steps: readonly { circuit: string; what: string }[]): WireEvent[] {
  const known = new Map<string, { index: number; state: State; rejections: number }>()
  const events: WireEvent[] = []
  let seq = 0
  for (const [tick, { circuit, what }] of steps.entries()) {
    let member = known.get(circuit)
    if (member === undefined) {
      member = { index: 0, state: 'closed', rejections: 0 }
      known.set(circuit, member)
      events.push(added({ seq: ++seq, circuit }, `circuit ${circuit}`))
    }
    const timestamp = start + tick * 10
    const state = states.find((name) => name === what)
    if (what === 'rejected') {
      member.rejections += 2
      events.push(counted(member.rejections, timestamp, circuit))
    } else if (what === 'metrics') {
      events.push({ ...measured(timestamp, { state: member.state }), circuit })
    } else if (what === 'command') {
      events.push(commanded({ seq: ++seq, circuit, index: ++member.index, timestamp }))
    } else {
      const cause = state === undefined ? 'shadow' : 'rule'
      const place = { seq: ++seq, circuit, index: ++member.index }
      const to = state ?? member.state
      member.rejections++
      events.push(moved(place, member.state, to, { timestamp, cause }, member.rejections))
      member.state = to
    }
  }
  return events
}

const seqOf = (event: WireEvent) => ('seq' in event ? event.seq : 0)
const endOf = (events: readonly WireEvent[]) => Math.max(0, ...events.map(seqOf))

/** A history, which of it was dropped, and the rest of it in portions of any kind and order. */
const telling = fc.array(step, { minLength: 1, maxLength: 60 }).chain((steps) => {
  const history = historyOf(steps)
  return fc.subarray(history, { minLength: 0 }).chain((dropped) => {
    const rest = history.filter((event) => !dropped.includes(event))
    // each portion overlaps with others, repeats itself, and stands in no order
    const portion = fc.array(fc.nat(Math.max(0, rest.length - 1)), { maxLength: 20 })
    return fc.record({
      history: fc.constant(history),
      rest: fc.constant(rest),
      portions: fc.array(portion, { maxLength: 10 }),
      place: fc.nat(9),
    })
  })
})

function tell(portions: readonly (readonly WireEvent[])[], end: number): SessionState {
  return portions.reduce(
    (state, events) => reduce(state, batch(events, { next: end })),
    reduce(emptySession, batch([], { next: end })),
  )
}

test('any order of batches, with repetitions and gaps, gives the picture of what was not dropped', () => {
  fc.assert(
    fc.property(telling, ({ history, rest, portions, place }) => {
      const end = endOf(history)
      const parts = portions.map((numbers) => numbers.flatMap((number) => rest[number] ?? []))
      // what no portion has comes in the midst of them
      const missing = rest.filter((event) => !parts.flat().includes(event))
      parts.splice(place, 0, missing)
      const state = tell(parts, end)

      expect(comparable(state)).toEqual(comparable(tell([rest], end)))
      const logged = rest.filter((event) => 'seq' in event)
      expect(losses(state).dropped).toBe(end - logged.length)
      expect(new Set([...state.log].map(({ event }) => event))).toEqual(new Set(logged))
      for (const circuit of state.circuits.values()) {
        const own = logged.filter((event) => event.circuit === circuit.address.circuit)
        expect([...circuit.events]).toEqual(own)
        const moves = own.filter(
          (event) => event.type === 'signal' && event.signal.cause !== 'shadow',
        )
        const last = moves.at(-1)
        if (last?.type === 'signal') expect(circuit.state).toBe(last.signal.newState)
      }
    }),
    { numRuns: 300 },
  )
})

test('the same in a file: saved and loaded, it is the same picture', async () => {
  await fc.assert(
    fc.asyncProperty(telling, fc.boolean(), async ({ history, rest: told }, cleared) => {
      // a page never drops the first event of a circuit before the others
      const rest = history.filter((event) => told.includes(event) || event.type === 'circuit-added')
      const half = rest.slice(0, rest.length / 2)
      const first = reduce(emptySession, batch(half, { next: endOf(half) }))
      const middle = cleared ? reduce(first, { type: 'clear' }) : first
      const state = reduce(middle, batch(rest, { next: endOf(history) }))
      const loaded = await loadSession(saveSession(state, start))
      expect(loaded).toMatchObject({ source: 'file', preserveLog: true, savedAt: start })
      expect(visible(loaded)).toEqual(visible(state))
    }),
    { numRuns: 200 },
  )
})

/** The picture without what only a session that goes on, or only a file, needs to know. */
function visible({ savedAt: _, ...state }: SessionState): unknown {
  const circuits = [...state.circuits.values()].map(
    (circuit) => [circuit.key, { ...circuit, clearedTotal: -1, clearedAt: -1 }] as const,
  )
  return comparable({
    ...state,
    source: 'live',
    preserveLog: false,
    circuits: new Map(circuits),
  })
}
