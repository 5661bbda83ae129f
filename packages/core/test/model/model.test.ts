import type { State } from '@fluxgate/core'
import fc from '@fluxgate/testkit/fast-check'
import { afterEach, expect, inject, test, vi } from 'vitest'
import { operations, setups } from './arbitraries.ts'
import { run } from './run.ts'
import { steps as minSteps } from './settings.ts'

afterEach(() => {
  vi.unstubAllGlobals()
})

test(`a breaker does what the model does in ${minSteps} random steps`, async () => {
  const kinds = new Set<string>()
  let steps = 0
  for (let seed = inject('seed'); steps < minSteps; seed++) {
    await fc.assert(
      fc.asyncProperty(
        setups,
        fc.array(operations, { maxLength: 150, size: 'max' }),
        async (setup, list) => {
          for (const kind of await run(setup, list)) kinds.add(kind)
          steps += list.length
        },
      ),
      { seed, numRuns: 100 },
    )
  }
  expect([...kinds]).toEqual(expect.arrayContaining(everyTransition()))
}, 600_000)

/** Every transition and stale result that the run must have reached. */
function everyTransition(): string[] {
  const states: readonly State[] = [
    'closed',
    'open',
    'half_open',
    'metrics_only',
    'disabled',
    'forced_open',
  ]
  const manual = states.flatMap((from) =>
    states.filter((to) => to !== from).map((to) => `${from} > ${to}: manual`),
  )
  return [
    'closed > open: rule',
    'open > half_open: retry',
    'half_open > open: rule',
    'half_open > open: probes',
    'half_open > closed: probes',
    'metrics_only > metrics_only: shadow',
    ...manual,
    'stale success in closed',
    'stale failure in half_open',
    'stale success in metrics_only',
    'stale failure in disabled',
    'ignored in half_open',
    'aborted in half_open',
  ]
}
