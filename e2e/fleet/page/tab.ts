import {
  admitAll,
  CircuitBreaker,
  cooldown,
  failureStreak,
  isCallNotPermitted,
  rampUp,
  timeWindow,
} from '@fluxgate/core'
import { tabFleet } from '@fluxgate/fleet/tabs'
import type { Change, TabRig } from './rig.ts'

// The page under test: one circuit that it shares with the other tabs.

const query = new URLSearchParams(location.search)
const tab = query.get('tab') ?? ''
const rampMs = Number(query.get('rampMs') ?? 0)
removeInterface(query.get('without'))

const changes: Change[] = []
const errors: string[] = []
const shows: boolean[] = []
let slowestRejectionMs = 0
let timer: number | undefined

const breaker = new CircuitBreaker({
  name: 'service',
  shared: tabFleet(),
  window: timeWindow(10_000),
  tripper: failureStreak(5),
  retry: cooldown(Number(query.get('cooldownMs') ?? 2_000), { jitter: 0.1 }),
  permit: rampMs > 0 ? rampUp({ from: 0.1, to: 1, durationMs: rampMs }) : admitAll(),
  probes: 3,
  timeoutMs: 1_000,
  onError: (error) => void errors.push(String(error)),
  listeners: [
    ({ oldState, newState, cause, reason }) =>
      void changes.push({ at: Date.now(), from: oldState, to: newState, cause, reason }),
  ],
})

async function call(): Promise<string> {
  const start = performance.now()
  try {
    await breaker.call(async ({ signal }) => {
      const response = await fetch(`/service?tab=${tab}&state=${breaker.state}`, {
        ...(signal && { signal }),
        cache: 'no-store',
      })
      if (!response.ok) throw new Error(`status ${response.status}`)
    })
    return 'ok'
  } catch (error) {
    if (!isCallNotPermitted(error)) return 'failed'
    slowestRejectionMs = Math.max(slowestRejectionMs, performance.now() - start)
    return 'rejected'
  }
}

const rig: TabRig = {
  changes,
  errors,
  shows,
  get slowestRejectionMs() {
    return slowestRejectionMs
  },
  state: () => breaker.state,
  retryAfterMs: () => {
    const { retryAt } = breaker.snapshot()
    return retryAt === undefined ? undefined : retryAt - Date.now()
  },
  start(callsPerSecond) {
    rig.stop()
    timer = window.setInterval(call, 1_000 / callsPerSecond)
  },
  stop: () => window.clearInterval(timer),
  call,
  command: (name) => breaker[name](),
}
window.rig = rig
addEventListener('pageshow', ({ persisted }) => void shows.push(persisted))

/** Removes an interface of the browser, as it is missing for some users and browsers. */
function removeInterface(name: string | null): void {
  switch (name) {
    case 'storage':
      Object.defineProperty(window, 'localStorage', {
        get() {
          throw new DOMException('the user denied storage', 'SecurityError')
        },
      })
      break
    case 'channel':
      Object.defineProperty(window, 'BroadcastChannel', { value: undefined })
      break
    case 'locks':
      Object.defineProperty(navigator, 'locks', { value: undefined })
  }
}
