import { describe, expect, test } from 'vitest'
import type { State } from '../model/state.ts'
import { failureStreak } from '../policies/trippers.ts'
import { admit } from './admission.ts'
import { resolveOptions } from './breaker-options.ts'
import type { CircuitState } from './circuit-state.ts'
import { begin, settle } from './machine.ts'

const policy = resolveOptions({
  name: 'payments',
  tripper: failureStreak(1),
  probes: 2,
  probeLeaseMs: 500,
})

function stateOf(state: State): CircuitState {
  return begin(state, { now: 0, since: 0, reopens: 0 }, policy)
}

describe('half_open', () => {
  test('drops probes whose lease has expired', () => {
    const state = stateOf('half_open')
    const probe = (now: number) => admit(state, now, policy, () => 0)
    probe(0)
    probe(0)
    probe(500)
    const last = probe(1_000)
    expect(state).toMatchObject({ leases: new Set([last]) })
  })
})

describe('a window that cannot be opened', () => {
  test('is replaced, and its error is reported with the source window', () => {
    const broken = new Error('no memory')
    const reports: unknown[] = []
    const options = resolveOptions({
      name: 'payments',
      onError: (error, { source }) => reports.push([error, source]),
      window: {
        capacity: 100,
        toJSON: () => ({ type: 'broken', args: [] }),
        open() {
          throw broken
        },
      },
    })
    const { window } = begin('closed', { now: 0, since: 0, reopens: 0 }, options)
    window.record(0, undefined, true)
    expect(window.failures).toBe(1)
    expect(reports).toEqual([[broken, 'window']])
  })
})

describe('metrics_only', () => {
  test('reports a shadow verdict as a transition to metrics_only', () => {
    expect(settle(stateOf('metrics_only'), 'failure', 0, 1, policy, undefined)).toMatchObject({
      to: 'metrics_only',
      cause: 'shadow',
    })
  })
})
