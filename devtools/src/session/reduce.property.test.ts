import type { State } from '@fluxgate/core'
import type { WireEvent } from '@fluxgate/core/devtools'
import fc from '@fluxgate/testkit/fast-check'
import { expect, test } from 'vitest'
import { batch, comparable } from '../../test/messages.ts'
import { added, commanded, counted, measured, start, transition } from '../../test/wire-events.ts'
import { losses } from './connection.ts'
import { emptySession, reduce } from './reduce.ts'
import { loadSession, saveSession } from './session-file.ts'
import { allStates } from './severity.ts'
import type { SessionState } from './state.ts'

type Other = Exclude<WireEvent['type'], 'circuit-added' | 'circuit-removed' | 'signal'> | 'shadow'

/** The kinds besides transitions. A record, so that a new wire event is a type error here. */
const others: Readonly<Record<Other, true>> = {
  command: true,
  shadow: true,
  rejected: true,
  metrics: true,
}

interface Step {
  readonly circuit: string
  /** A state: a transition to it. */
  readonly kind: State | Other
}

/** The next event of a page: its circuit and its kind. */
const step: fc.Arbitrary<Step> = fc.record({
  circuit: fc.constantFrom('1', '2', '3'),
  kind: fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...allStates) },
    fc.constantFrom(...(Object.keys(others) as Other[])),
  ),
})

/** The log of a page after these steps. */
function historyOf(steps: readonly Step[]): WireEvent[] {
  const known = new Map<string, { index: number; state: State; rejections: number }>()
  const events: WireEvent[] = []
  let seq = 0
  for (const [tick, { circuit, kind }] of steps.entries()) {
    let member = known.get(circuit)
    if (member === undefined) {
      member = { index: 0, state: 'closed', rejections: 0 }
      known.set(circuit, member)
      events.push(added({ seq: ++seq, circuit }, `circuit ${circuit}`))
    }
    const timestamp = start + tick * 10
    if (kind === 'rejected') {
      member.rejections += 2
      events.push(counted(member.rejections, timestamp, circuit))
    } else if (kind === 'metrics') {
      events.push({ ...measured(timestamp, { state: member.state }), circuit })
    } else if (kind === 'command') {
      events.push(commanded({ seq: ++seq, circuit, index: ++member.index, timestamp }))
    } else {
      const to: State = kind === 'shadow' ? member.state : kind
      const cause = kind === 'shadow' ? 'shadow' : 'rule'
      const position = { seq: ++seq, circuit, index: ++member.index }
      member.rejections++
      events.push(transition(position, member.state, to, { timestamp, cause }, member.rejections))
      member.state = to
    }
  }
  return events
}

const seqOf = (event: WireEvent) => ('seq' in event ? event.seq : 0)
const endOf = (events: readonly WireEvent[]) => Math.max(0, ...events.map(seqOf))

/** A history, a part that is not dropped, and random portions of that part in any order. */
const delivery = fc.array(step, { minLength: 1, maxLength: 60 }).chain((steps) => {
  const history = historyOf(steps)
  return fc.subarray(history, { minLength: 0 }).chain((dropped) => {
    const rest = history.filter((event) => !dropped.includes(event))
    // portions may overlap, repeat events and be unordered
    const portion = fc.array(fc.nat(Math.max(0, rest.length - 1)), { maxLength: 20 })
    return fc.record({
      history: fc.constant(history),
      rest: fc.constant(rest),
      portions: fc.array(portion, { maxLength: 10 }),
      position: fc.nat(9),
    })
  })
})

function receive(portions: readonly (readonly WireEvent[])[], end: number): SessionState {
  return portions.reduce(
    (state, events) => reduce(state, batch(events, { next: end })),
    reduce(emptySession, batch([], { next: end })),
  )
}

test('the state does not depend on order, repetition or portions of batches', () => {
  fc.assert(
    fc.property(delivery, ({ history, rest, portions, position }) => {
      const end = endOf(history)
      const parts = portions.map((numbers) => numbers.flatMap((number) => rest[number] ?? []))
      // events that are in none of the portions arrive between them
      const missing = rest.filter((event) => !parts.flat().includes(event))
      parts.splice(position, 0, missing)
      const state = receive(parts, end)

      expect(comparable(state)).toEqual(comparable(receive([rest], end)))
      const logged = rest.filter((event) => 'seq' in event)
      expect(losses(state).dropped).toBe(end - logged.length)
      expect(new Set([...state.log].map(({ event }) => event))).toEqual(new Set(logged))
      for (const circuit of state.circuits.values()) {
        const own = logged.filter((event) => event.circuit === circuit.address.circuit)
        expect([...circuit.events]).toEqual(own)
        const transitions = own.filter(
          (event) => event.type === 'signal' && event.signal.cause !== 'shadow',
        )
        const last = transitions.at(-1)
        if (last?.type === 'signal') expect(circuit.state).toBe(last.signal.newState)
      }
    }),
    { numRuns: 300 },
  )
})

test('a session that is saved and loaded is the same', async () => {
  await fc.assert(
    fc.asyncProperty(delivery, fc.boolean(), async ({ history, rest: received }, cleared) => {
      // a page keeps the first event of a circuit longest
      const rest = history.filter(
        (event) => received.includes(event) || event.type === 'circuit-added',
      )
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

/** The state without fields that differ between a live session and a file. */
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
