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

function entered(state: State): CircuitState {
  const entry = { now: 0, since: 0, reopens: 0, delayMs: 0, error: undefined }
  return begin(state, entry, policy)
}

describe('half_open', () => {
  test('keeps no probe whose lease has run out, or lost ones would pile up', () => {
    const state = entered('half_open')
    const probe = (now: number) => admit(state, now, policy, () => 0)
    probe(0)
    probe(0)
    probe(500)
    const last = probe(1_000)
    expect(state).toMatchObject({ leases: new Set([last]) })
  })
})

describe('metrics_only', () => {
  test('a verdict is a move to where the circuit is', () => {
    expect(settle(entered('metrics_only'), 'failure', 0, 1, policy)).toMatchObject({
      to: 'metrics_only',
      cause: 'shadow',
    })
  })
})
