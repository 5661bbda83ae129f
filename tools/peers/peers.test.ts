import * as cockatiel from 'cockatiel'
import Opossum from 'opossum'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { CockatielAdapter, type CockatielLike, type CockatielOptions } from './cockatiel-adapter.ts'
import { cockatielScenarios } from './cockatiel-scenarios.ts'
import {
  type Action,
  OpossumAdapter,
  type OpossumLike,
  type OpossumOptions,
} from './opossum-adapter.ts'
import { opossumScenarios } from './opossum-scenarios.ts'
import { passes, resultsPage, type Scenario } from './scenario.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const breakers: Opossum[] = []
afterEach(() => {
  for (const breaker of breakers.splice(0)) breaker.shutdown()
})

function createOpossum(action: Action, options?: OpossumOptions): OpossumLike {
  const breaker = new Opossum(action as never, options)
  breakers.push(breaker)
  return breaker as OpossumLike
}

const { CircuitState } = cockatiel
const states: Readonly<Record<number, CockatielLike['state']>> = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.Open]: 'open',
  [CircuitState.HalfOpen]: 'half open',
  [CircuitState.Isolated]: 'isolated',
}

function createCockatiel(options: CockatielOptions): CockatielLike {
  const { handle, halfOpenAfter, breaker: rule, sampling } = options
  const breaker = cockatiel.circuitBreaker(cockatiel.handleType(handle), {
    halfOpenAfter:
      typeof halfOpenAfter === 'number'
        ? halfOpenAfter
        : new cockatiel.IterableBackoff(halfOpenAfter),
    breaker:
      'consecutive' in rule
        ? new cockatiel.ConsecutiveBreaker(rule.consecutive)
        : 'count' in rule
          ? new cockatiel.CountBreaker(rule.count)
          : new cockatiel.SamplingBreaker(rule.sampling),
    ...(sampling && { halfOpenSampling: sampling }),
  })
  return {
    get state() {
      return states[breaker.state] ?? 'closed'
    },
    execute: (fn, signal) => breaker.execute(({ signal: own }) => fn({ signal: own }), signal),
    on(callback) {
      breaker.onBreak(() => callback('break'))
      breaker.onReset(() => callback('reset'))
      breaker.onHalfOpen(() => callback('half open'))
    },
    isolate: () => breaker.isolate(),
  }
}

function compare<Create>(
  name: string,
  scenarios: readonly Scenario<Create>[],
  peer: Create,
  adapter: Create,
): void {
  describe(name, () => {
    test.each(scenarios)(`${name} itself: $title`, (scenario) => scenario.run(peer))

    const same = scenarios.filter(({ differs }) => differs === undefined)
    test.each(same)('Fluxgate: $title', (scenario) => scenario.run(adapter))

    const different = scenarios.filter(({ differs }) => differs !== undefined)
    test.each(different)('Fluxgate differs: $title', async (scenario) => {
      expect(await passes(scenario, adapter)).toBe(false)
    })
  })
}

compare(
  'opossum',
  opossumScenarios,
  createOpossum,
  (action, options) => new OpossumAdapter(action, options),
)
compare(
  'cockatiel',
  cockatielScenarios,
  createCockatiel,
  (options) => new CockatielAdapter(options),
)

test('results.md lists each scenario', async () => {
  const page = resultsPage([
    { name: 'opossum 10', scenarios: opossumScenarios },
    { name: 'cockatiel 4', scenarios: cockatielScenarios },
  ])
  await expect(page).toMatchFileSnapshot('results.md')
})
