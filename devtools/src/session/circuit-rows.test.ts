import type { State } from '@fluxgate/core'
import type { WireEvent } from '@fluxgate/core/devtools'
import { describe, expect, test } from 'vitest'
import { batch } from '../../test/messages.ts'
import { added, measured, moved, removed, start } from '../../test/wire-events.ts'
import { circuitRow, circuitRows, keepOrder } from './circuit-rows.ts'
import { emptySession, reduce } from './reduce.ts'
import type { SessionState } from './state.ts'

/** A page with circuits of these names in these states, each moved there once. */
function pageWith(...circuits: readonly (readonly [name: string, state: State])[]): SessionState {
  let seq = 0
  const events = circuits.flatMap(([name, state], index): WireEvent[] => {
    const circuit = String(index + 1)
    const first = added({ seq: ++seq, circuit }, name)
    if (state === 'closed') return [first]
    return [first, moved({ seq: ++seq, index: 1, circuit }, 'closed', state)]
  })
  return reduce(emptySession, batch(events))
}

const labels = (state: SessionState) => circuitRows(state).map(({ label }) => label)
const setView = (state: SessionState, change: Partial<SessionState['view']>) =>
  reduce(state, { type: 'set-view', change })

test('the worst comes first, then by name, numbers by value', () => {
  const state = pageWith(
    ['disabled', 'disabled'],
    ['fine', 'closed'],
    ['watched', 'metrics_only'],
    ['probing', 'half_open'],
    ['locked', 'forced_open'],
    ['host 10', 'open'],
    ['host 9', 'open'],
  )
  expect(labels(state)).toEqual([
    'host 9',
    'host 10',
    'locked',
    'probing',
    'watched',
    'fine',
    'disabled',
  ])
})

test('of two in the same state, the one that tripped more often comes first', () => {
  const events = [
    added({ seq: 1, circuit: '1' }, 'a'),
    added({ seq: 2, circuit: '2' }, 'b'),
    moved({ seq: 3, index: 1, circuit: '2' }, 'closed', 'open'),
    moved({ seq: 4, index: 2, circuit: '2' }, 'open', 'closed'),
  ]
  expect(labels(reduce(emptySession, batch(events)))).toEqual(['b', 'a'])
})

test('those of one name are numbered, in the order of their document', () => {
  expect(labels(pageWith(['pay', 'closed'], ['ship', 'closed'], ['pay', 'open']))).toEqual([
    'pay #2',
    'pay #1',
    'ship',
  ])
})

test('those that left come last, and go when the log is cleared', () => {
  const state = reduce(
    pageWith(['gone', 'open'], ['here', 'closed']),
    batch([removed({ seq: 4, index: 2 })]),
  )
  expect(circuitRows(state).map(({ label, live }) => [label, live])).toEqual([
    ['here', true],
    ['gone', false],
  ])
  expect(labels(reduce(state, { type: 'clear' }))).toEqual(['here'])
})

test('those of a document that was left are history', () => {
  const first = reduce({ ...emptySession, preserveLog: true }, batch([added()]))
  const state = reduce(first, batch([added()], { epoch: 'e2' }))
  expect(circuitRows(state).map(({ circuit, live }) => [circuit.address.epoch, live])).toEqual([
    ['e2', true],
    ['e1', false],
  ])
})

describe('a filter', () => {
  const state = pageWith(['pay', 'open'], ['pay', 'closed'], ['ship', 'open'])

  test('lets through names and states', () => {
    expect(labels(setView(state, { filter: 'state:open pay' }))).toEqual(['pay #1'])
    expect(labels(setView(state, { filter: 'nothing' }))).toEqual([])
  })

  test('lets through a frame', () => {
    const two = reduce(state, batch([added({}, 'inner')], { frame: 'http://f/', epoch: 'f' }))
    expect(labels(setView(two, { frame: 'http://f/' }))).toEqual(['inner'])
    expect(labels(two)).toHaveLength(4)
  })

  test('hides nothing from who asks by key', () => {
    const hidden = setView(state, { filter: 'nothing' })
    const [key = ''] = state.circuits.keys()
    expect(circuitRow(hidden, key)?.label).toBe('pay #1')
    expect(circuitRow(hidden, 'other')).toBeUndefined()
  })
})

describe('what did not change is not made again', () => {
  const state = pageWith(['pay', 'open'], ['ship', 'open'])

  test('the list stays while only the view changes', () => {
    expect(circuitRows(setView(state, { moment: 5 }))).toBe(circuitRows(state))
  })

  test('a row stays while its circuit does', () => {
    const [pay, ship] = circuitRows(state)
    const next = circuitRows(reduce(state, batch([measured(start)])))
    expect(next[0]).not.toBe(pay)
    expect(next[1]).toBe(ship)
  })
})

test('the order can be kept while the pointer is on the list', () => {
  const before = circuitRows(pageWith(['a', 'closed'], ['b', 'open']))
  const after = circuitRows(pageWith(['a', 'open'], ['b', 'closed'], ['c', 'open']))
  expect(after.map(({ label }) => label)).toEqual(['a', 'c', 'b'])
  const keys = before.map(({ key }) => key)
  expect(keepOrder(after, keys).map(({ label }) => label)).toEqual(['b', 'a', 'c'])
})
