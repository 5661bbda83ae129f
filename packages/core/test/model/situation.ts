import type { Driver } from './driver.ts'
import { failureStreak, slowThresholds } from './rule-model.ts'
import type { Setup } from './setup.ts'

/** Everything that can influence later steps. */
export interface Situation {
  /** Two runs with the same name behave the same from here on, so only one is followed. */
  readonly name: string
  /** Calls in flight that are interchangeable have the same name. */
  readonly running: readonly string[]
}

/**
 * Only for count windows, which evict nothing by time, and for setups whose times are all at most the
 * lease.
 */
export function situationOf(
  { window, rule, probes, probeLeaseMs = 60_000 }: Setup,
  driver: Driver,
): Situation {
  if (window.type !== 'count') throw new Error('a situation needs a count window')
  const { epoch, now, reopens } = driver.model
  const { state, since, retryAt, recorded, error, healthy, shadow, growths } = epoch
  const atMostLease = (ms: number) => Math.min(ms, probeLeaseMs)
  const slowness = (ms = 0) => slowThresholds(rule).filter((limit) => ms >= limit).length
  const running = driver.running.map(({ call }) => {
    if (call.epoch !== epoch) return `stale in ${call.epoch.state}`
    const grown = call.growths === growths
    return call.slot ? `probe ${atMostLease(now - call.at)} ${grown}` : `${slowness(now - call.at)}`
  })
  const name = JSON.stringify([
    state,
    state === 'half_open' && atMostLease(now - since),
    state === 'open' && atMostLease(Math.max(0, retryAt - now)),
    error !== undefined,
    reopens > 0,
    healthy,
    shadow,
    growths,
    driver.ownRejectionEpoch === epoch,
    recorded.slice(-window.size).map(({ durationMs, failed }) => [slowness(durationMs), failed]),
    Math.min(failureStreak(recorded), window.size),
    state === 'half_open' && Math.min(recorded.length, probes),
    state === 'half_open' && recorded.some((call) => !call.failed),
    [...running].sort(),
  ])
  return { name, running }
}
