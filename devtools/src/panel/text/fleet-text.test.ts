import type { FleetStatus } from '@fluxgate/core'
import { expect, test } from 'vitest'
import { fleetText } from './fleet-text.ts'

const fleet: FleetStatus = {
  reachable: true,
  state: 'open',
  reporters: 0,
  instances: 8,
  prober: 'none',
}

test.for([
  [fleet, 'open', 'Shared by 8 instances: open.'],
  [
    { ...fleet, reporters: 3, prober: 'other' },
    'open',
    'Shared by 8 instances: open. 3 instances reported a failing service. Another instance probes for all.',
  ],
  [
    { ...fleet, prober: 'this' },
    'half_open',
    'Shared by 8 instances: open. This instance probes for all.',
  ],
  [
    { ...fleet, state: 'closed', reporters: 1 },
    'open',
    'The fleet is closed; this instance differs. 1 instance reported a failing service.',
  ],
  [fleet, 'forced_open', 'The fleet is open; this instance differs.'],
  [{ ...fleet, state: 'recovering' }, 'half_open', 'Shared by 8 instances: recovering.'],
  [
    { ...fleet, reachable: false },
    'open',
    'Shared, but the store does not answer: this instance is alone.',
  ],
] as const)('says what a circuit knows of its fleet: %o while %s', ([status, state, text]) => {
  expect(fleetText(status, state)).toBe(text)
})

test('omits an unknown number of instances, as of tabs', () => {
  const tabs = { reachable: true, state: 'open', prober: 'other' } as const
  expect(fleetText(tabs, 'open')).toBe('Shared: open. Another instance probes for all.')
})
