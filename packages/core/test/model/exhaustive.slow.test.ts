import { afterEach, describe, expect, test, vi } from 'vitest'
import { type CallKind, explore } from './explore.ts'
import { depth } from './settings.ts'
import type { RuleSetup, Setup } from './setup.ts'

const settled = [
  { do: 'settle', pick: 0, end: 'good' },
  { do: 'settle', pick: 0, end: 'outage' },
] as const
const tickets: CallKind = {
  start: { do: 'start', by: 'acquire' },
  ends: [...settled, { do: 'settle', pick: 0, end: 'release' }],
}
/** Probes that contain another call of the circuit. */
const nested: CallKind = {
  start: { do: 'start', by: 'acquire' },
  ends: [...settled, { do: 'settle', pick: 0, end: 'own' }],
}
const calls: CallKind = {
  start: { do: 'start', by: 'call', abortable: true },
  ends: [...settled, { do: 'abort', pick: 0 }],
}

const halfOfTwo: RuleSetup = {
  type: 'and',
  left: { type: 'minRequests', n: 2 },
  right: { type: 'failureRate', ratio: 0.5 },
}
const usual: Omit<Setup, 'window' | 'probes'> = {
  tracker: 'any',
  rule: halfOfTwo,
  retry: { type: 'cooldown', durationMs: 2, jitter: 0 },
  permit: { type: 'all' },
  probeLeaseMs: 2,
}

/** Half-open when `depth` steps from closed are too few to close again: one, and two for each probe. */
const initialFor = (probes: number) => (depth < 1 + 2 * probes ? 'half_open' : 'closed')

const sizes = [2, 3, 4].flatMap((size) =>
  [1, 2, 3].map((probes): [string, Setup] => [
    `window of ${size}, probes ${probes}`,
    { ...usual, window: { type: 'count', size }, probes, initial: initialFor(probes) },
  ]),
)
const small = { ...usual, window: { type: 'count', size: 2 }, probes: 2 } as const
const variants: [string, Setup][] = [
  ['a streak', { ...small, rule: { type: 'failureStreak', n: 2 } }],
  ['slow calls', { ...small, rule: { type: 'slowRate', ratio: 0.5, ms: 1 } }],
  [
    'a rule that probes never meet',
    { ...small, rule: { type: 'and', left: { type: 'whileClosed' }, right: halfOfTwo } },
  ],
  ['probing at once', { ...small, retry: { type: 'retryAlways' } }],
  ['a ramp', { ...small, probes: 1, permit: { type: 'ramp', from: 0.5, to: 1, durationMs: 2 } }],
  ['a permit that waits', { ...small, permit: { type: 'patient', afterMs: 1 } }],
]

afterEach(() => {
  vi.unstubAllGlobals()
})

describe(`a breaker does what the model does in every sequence of ${depth} steps`, {
  timeout: 600_000,
}, () => {
  test.each([...sizes, ...variants])('with tickets: %s', async (_, setup) => {
    expect(await explore(setup, tickets, depth)).toContain('half_open > closed: probes')
  })

  test.each([1, 2, 3])('with nested tickets, probes %i', async (probes) => {
    const kinds = await explore({ ...small, probes, initial: 'half_open' }, nested, depth)
    expect(kinds).toContain('ignored in half_open')
  })

  test('with calls that can be aborted', async () => {
    const kinds = await explore(small, calls, depth)
    expect(kinds).toContain('aborted in half_open')
    expect(kinds).toContain('stale aborted in half_open')
  })
})

// With one probe there are few enough situations to visit them all.
test('a breaker with one probe does what the model does in every sequence', {
  timeout: 600_000,
}, async () => {
  const kinds = await explore({ ...small, probes: 1 }, tickets, Number.POSITIVE_INFINITY)
  expect(kinds).toContain('half_open > closed: probes')
})
