import type { State } from '@fluxgate/core'
import type { WireEvent } from '@fluxgate/core/devtools'
import { describe, expect, test } from 'vitest'
import { batch } from '../../test/messages.ts'
import { added, measured, removed, start, transition } from '../../test/wire-events.ts'
import { circuitRow, circuitRows, keepOrder, stateCounts } from './circuit-rows.ts'
import { emptySession, reduce } from './reduce.ts'
import type { SessionState } from './state.ts'

/** A session with circuits of these names, each with one transition to its state. */
function sessionWith(
  ...circuits: readonly (readonly [name: string, state: State])[]
): SessionState {
  let seq = 0
  const events = circuits.flatMap(([name, state], index): WireEvent[] => {
    const circuit = String(index + 1)
    const first = added({ seq: ++seq, circuit }, name)
    if (state === 'closed') return [first]
    return [first, transition({ seq: ++seq, index: 1, circuit }, 'closed', state)]
  })
  return reduce(emptySession, batch(events))
}

const labels = (state: SessionState) => circuitRows(state).map(({ label }) => label)
const setView = (state: SessionState, change: Partial<SessionState['view']>) =>
  reduce(state, { type: 'set-view', change })

test('sorts circuits that are down first, in the order in which they went down', () => {
  const state = sessionWith(
    ['disabled', 'disabled'],
    ['host 10', 'closed'],
    ['host 9', 'closed'],
    ['watched', 'metrics_only'],
    ['probing', 'half_open'],
    ['locked', 'forced_open'],
    ['z', 'open'],
    ['a', 'open'],
  )
  expect(labels(state)).toEqual([
    'probing',
    'z',
    'a',
    'locked',
    'watched',
    'host 9',
    'host 10',
    'disabled',
  ])
})

test('keeps the place of a circuit whose probes fail', () => {
  const state = sessionWith(['root', 'open'], ['follower', 'open'])
  const probed = [
    transition({ seq: 5, index: 2, circuit: '1' }, 'open', 'half_open'),
    transition({ seq: 6, index: 3, circuit: '1' }, 'half_open', 'open'),
  ]
  expect(labels(reduce(state, batch(probed)))).toEqual(['root', 'follower'])
})

test('sorts by name, trips or next probe when the user asks for it', () => {
  const state = sessionWith(['c', 'open'], ['b', 'open'], ['a', 'closed'])
  const sorted = (order: 'name' | 'trips' | 'probe') => labels(setView(state, { order }))
  expect(sorted('name')).toEqual(['a', 'b', 'c'])
  expect(sorted('trips')).toEqual(['b', 'c', 'a'])
  expect(sorted('probe')).toEqual(['c', 'b', 'a'])
})

test('counts the live circuits of each state, whatever states the filter selects', () => {
  const state = sessionWith(['pay', 'open'], ['pay 2', 'closed'], ['ship', 'open'])
  expect(stateCounts(setView(state, { filter: 'state:closed pay' }))).toMatchObject({
    open: 1,
    closed: 1,
    half_open: 0,
  })
})

test('lists a circuit that a hot reload replaced only as the earlier part of its successor', () => {
  const state = reduce(
    sessionWith(['pay', 'open']),
    batch([removed({ seq: 3, index: 2 }), added({ seq: 4, circuit: '2' }, 'pay')]),
  )
  expect(circuitRows(state)).toMatchObject([
    { label: 'pay', live: true, circuit: { address: { circuit: '2' } } },
  ])
  expect(circuitRows(state)[0]?.earlier).toMatchObject([{ address: { circuit: '1' } }])
})

test('sorts circuits in the same state by trips, most first', () => {
  const events = [
    added({ seq: 1, circuit: '1' }, 'a'),
    added({ seq: 2, circuit: '2' }, 'b'),
    transition({ seq: 3, index: 1, circuit: '2' }, 'closed', 'open'),
    transition({ seq: 4, index: 2, circuit: '2' }, 'open', 'closed'),
  ]
  expect(labels(reduce(emptySession, batch(events)))).toEqual(['b', 'a'])
})

test('numbers circuits of one name in the order of their creation', () => {
  expect(labels(sessionWith(['pay', 'closed'], ['ship', 'closed'], ['pay', 'open']))).toEqual([
    'pay #2',
    'pay #1',
    'ship',
  ])
})

test('lists removed circuits last, until the log is cleared', () => {
  const state = reduce(
    sessionWith(['old', 'open'], ['current', 'closed']),
    batch([removed({ seq: 4, index: 2 })]),
  )
  expect(circuitRows(state).map(({ label, live }) => [label, live])).toEqual([
    ['current', true],
    ['old', false],
  ])
  expect(labels(reduce(state, { type: 'clear' }))).toEqual(['current'])
})

test('marks circuits of a replaced document as not live', () => {
  const first = reduce({ ...emptySession, preserveLog: true }, batch([added()]))
  const state = reduce(first, batch([added()], { epoch: 'e2' }))
  expect(circuitRows(state).map(({ circuit, live }) => [circuit.address.epoch, live])).toEqual([
    ['e2', true],
    ['e1', false],
  ])
})

describe('a filter', () => {
  const state = sessionWith(['pay', 'open'], ['pay', 'closed'], ['ship', 'open'])

  test('selects names and states', () => {
    expect(labels(setView(state, { filter: 'state:open pay' }))).toEqual(['pay #1'])
    expect(labels(setView(state, { filter: 'nothing' }))).toEqual([])
  })

  test('selects a frame', () => {
    const two = reduce(state, batch([added({}, 'inner')], { frame: 'http://f/', epoch: 'f' }))
    expect(labels(setView(two, { frame: 'http://f/' }))).toEqual(['inner'])
    expect(labels(two)).toHaveLength(4)
  })

  test('does not affect circuitRow', () => {
    const hidden = setView(state, { filter: 'nothing' })
    const [key = ''] = state.circuits.keys()
    expect(circuitRow(hidden, key)?.label).toBe('pay #1')
    expect(circuitRow(hidden, 'other')).toBeUndefined()
  })
})

describe('unchanged results are reused', () => {
  const state = sessionWith(['pay', 'open'], ['ship', 'open'])

  test('the list, while only the moment of the view changes', () => {
    expect(circuitRows(setView(state, { moment: 5 }))).toBe(circuitRows(state))
  })

  test('a row, while its circuit is unchanged', () => {
    const [pay, ship] = circuitRows(state)
    const next = circuitRows(reduce(state, batch([measured(start)])))
    expect(next[0]).not.toBe(pay)
    expect(next[1]).toBe(ship)
  })
})

test('keepOrder keeps the order of the given keys and appends new rows', () => {
  const before = circuitRows(sessionWith(['a', 'closed'], ['b', 'open']))
  const after = circuitRows(sessionWith(['a', 'open'], ['b', 'closed'], ['c', 'open']))
  expect(after.map(({ label }) => label)).toEqual(['a', 'c', 'b'])
  const keys = before.map(({ key }) => key)
  expect(keepOrder(after, keys).map(({ label }) => label)).toEqual(['b', 'a', 'c'])
})
