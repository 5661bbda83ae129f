import { describe, expect, test } from 'vitest'
import { batch } from '../../test/messages.ts'
import { added, removed } from '../../test/wire-events.ts'
import { emptySession, reduce } from './reduce.ts'
import type { SessionState } from './state.ts'

describe('the chosen circuit', () => {
  const choose = (state: SessionState, automatic: boolean) => {
    const [circuit = ''] = state.circuits.keys()
    return reduce(state, { type: 'set-view', change: { circuit }, automatic })
  }
  const selected = ({ circuits, view: { circuit = '' } }: SessionState) =>
    circuits.get(circuit)?.address

  test('is followed by name after a reload', () => {
    const before = choose(reduce(emptySession, batch([added()])), false)
    const empty = reduce(before, batch([], { epoch: 'e2' }))
    expect(selected(empty)).toBeUndefined()
    const after = reduce(empty, batch([added({ circuit: '7' })], { epoch: 'e2' }))
    expect(selected(after)).toMatchObject({ epoch: 'e2', circuit: '7' })
  })

  test('is followed by name when a hot reload replaces it', () => {
    const before = choose(reduce(emptySession, batch([added()])), false)
    const events = [removed({ seq: 2, index: 1 }), added({ seq: 3, circuit: '2' })]
    expect(selected(reduce(before, batch(events)))).toMatchObject({ circuit: '2' })
  })

  test('is not followed when the panel chose it', () => {
    const before = choose(reduce(emptySession, batch([added()])), true)
    const after = reduce(before, batch([added({ circuit: '7' })], { epoch: 'e2' }))
    expect(selected(after)).toBeUndefined()
  })
})
