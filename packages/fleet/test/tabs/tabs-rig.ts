import {
  type BreakerOptions,
  CircuitBreaker,
  cooldown,
  failureStreak,
  type Signal,
} from '@fluxgate/core'
import { ManualClock, seededRandom } from '@fluxgate/core/testing'
import { microtasks } from '@fluxgate/testkit/microtasks'
import { type TabFleet, tabFleet } from '../../src/tabs/tab-fleet.ts'
import type { TabScope } from '../../src/tabs/tab-scope.ts'
import { FakeBrowser, type FakeTab } from './fake-browser.ts'

/** The circuit `payments` in one tab. */
export interface Tab<Scope extends TabScope = FakeTab> {
  readonly scope: Scope
  readonly fleet: TabFleet
  readonly breaker: CircuitBreaker
  readonly signals: Signal[]
  readonly errors: unknown[]
}

/** Tabs of one browser that share the circuit `payments`, on one manual clock. */
export class TabsRig {
  readonly clock = new ManualClock()
  readonly browser = new FakeBrowser()
  /** The error of the wall clock, in ms. */
  wallMs = 0
  readonly #options: Partial<BreakerOptions>
  #opened = 0

  constructor(options: Partial<BreakerOptions> = {}) {
    this.#options = options
  }

  open(options?: Partial<BreakerOptions>): Tab {
    return this.openIn(this.browser.openTab(), options)
  }

  /** Opens the circuit of a page in this window. */
  openIn<Scope extends TabScope>(scope: Scope, options?: Partial<BreakerOptions>): Tab<Scope> {
    const { clock } = this
    const ownClock = {
      now: () => clock.now(),
      timestamp: () => clock.timestamp() + this.wallMs,
    }
    const fleet = tabFleet({ scope, clock: ownClock })
    const signals: Signal[] = []
    const errors: unknown[] = []
    const breaker = new CircuitBreaker({
      name: 'payments',
      tripper: failureStreak(3),
      retry: cooldown(10_000),
      clock: ownClock,
      random: seededRandom(++this.#opened),
      onError: (error) => void errors.push(error),
      listeners: [(signal) => void signals.push(signal)],
      shared: fleet,
      ...this.#options,
      ...options,
    })
    return { scope, fleet, breaker, signals, errors }
  }

  openMany(count: number): Tab[] {
    return Array.from({ length: count }, () => this.open())
  }

  /** Waits until all messages have arrived. */
  settle(): Promise<void> {
    return microtasks()
  }

  async advance(ms: number): Promise<void> {
    await this.settle()
    this.clock.advance(ms)
    await this.settle()
  }
}

export async function fail({ breaker }: Tab<TabScope>, times = 3): Promise<number> {
  return call(breaker, times, () => Promise.reject(new Error('503')))
}

export async function succeed({ breaker }: Tab<TabScope>, times = 1): Promise<number> {
  return call(breaker, times, () => Promise.resolve())
}

/** Returns how many calls reached the service. */
async function call(
  breaker: CircuitBreaker,
  times: number,
  answer: () => Promise<void>,
): Promise<number> {
  let reached = 0
  for (let round = 0; round < times; round++) {
    const service = () => {
      reached++
      return answer()
    }
    await breaker.call(service).catch(() => {})
    await microtasks()
  }
  return reached
}

export function statesOf(tabs: readonly Tab<TabScope>[]): string[] {
  return tabs.map(({ breaker }) => breaker.state)
}

export function retryAfterMs({ breaker }: Tab<TabScope>): number | undefined {
  const { retryAt } = breaker.snapshot()
  return retryAt === undefined ? undefined : retryAt - breaker.clock.timestamp()
}
