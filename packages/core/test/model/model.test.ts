import type { State } from '@fluxgate/core'
import fc from '@fluxgate/testkit/fast-check'
import { afterEach, expect, inject, test, vi } from 'vitest'
import { operations, setups } from './arbitraries.ts'
import { run } from './run.ts'
import { steps as wanted } from './settings.ts'

afterEach(() => {
  vi.unstubAllGlobals()
})

test(`in ${wanted} random steps a breaker does what the model does`, async () => {
  const told = new Set<string>()
  let steps = 0
  for (let seed = inject('seed'); steps < wanted; seed++) {
    await fc.assert(
      fc.asyncProperty(
        setups,
        fc.array(operations, { maxLength: 150, size: 'max' }),
        async (setup, list) => {
          for (const kind of await run(setup, list)) told.add(kind)
          steps += list.length
        },
      ),
      { seed, numRuns: 100 },
    )
  }
  expect([...told]).toEqual(expect.arrayContaining(everyMove()))
}, 600_000)

/** A run that never came to one of these would have proved nothing about it. */
function everyMove(): string[] {
  const states: readonly State[] = [
    'closed',
    'open',
    'half_open',
    'metrics_only',
    'disabled',
    'forced_open',
  ]
  const byHand = states.flatMap((from) =>
    states.filter((to) => to !== from && to !== 'half_open').map((to) => `${from} > ${to}: manual`),
  )
  return [
    'closed > open: rule',
    'open > half_open: retry',
    'half_open > open: rule',
    'half_open > open: probes',
    'half_open > closed: probes',
    'metrics_only > metrics_only: shadow',
    ...byHand,
    'stale success in closed',
    'stale failure in half_open',
    'stale success in metrics_only',
    'stale failure in disabled',
  ]
}
