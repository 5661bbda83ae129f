import {
  admitRandom,
  avgLatency,
  type BreakerOptions,
  backoff,
  cooldown,
  countWindow,
  failureRate,
  failureStreak,
  minRequests,
  rampUp,
  slowRate,
  timeWindow,
} from '@fluxgate/core'

/** A simulated circuit with its normal traffic and its susceptibility to faults. */
export interface OutageCircuit {
  readonly options: Omit<BreakerOptions, 'listeners' | 'clock' | 'random'>
  readonly callsPerSecond: number
  readonly latencyMs: number
  /** Probability per second that a fault begins, at severity `high`. */
  readonly faultRate: number
  /** The code of its rule, for display. */
  readonly rule: string
}

/** Circuits with different kinds of rules. */
export const outageCircuits: readonly OutageCircuit[] = [
  {
    options: {
      name: 'checkout',
      window: timeWindow(20_000),
      tripper: failureStreak(5).or(minRequests(20).and(failureRate(0.5).or(slowRate(0.3, 1_000)))),
      retry: backoff({ initialMs: 3_000, maxMs: 60_000, jitter: 0.1 }),
      permit: rampUp({ from: 0.2, to: 1, durationMs: 5_000 }),
      probes: 5,
    },
    callsPerSecond: 12,
    latencyMs: 180,
    faultRate: 0.05,
    rule: 'failureStreak(5).or(minRequests(20).and(failureRate(0.5).or(slowRate(0.3, 1_000))))',
  },
  {
    options: {
      name: 'products',
      window: countWindow(50),
      tripper: minRequests(20).and(failureRate(0.4)),
      retry: cooldown(4_000, { jitter: 0.2 }),
    },
    callsPerSecond: 25,
    latencyMs: 60,
    faultRate: 0.04,
    rule: 'minRequests(20).and(failureRate(0.4))',
  },
  {
    options: {
      name: 'search',
      window: timeWindow(10_000),
      tripper: minRequests(15).and(slowRate(0.4, 600)),
      retry: cooldown(5_000),
    },
    callsPerSecond: 10,
    latencyMs: 220,
    faultRate: 0.04,
    rule: 'minRequests(15).and(slowRate(0.4, 600))',
  },
  {
    options: {
      name: 'suggestions',
      tripper: failureStreak(4),
      retry: cooldown(2_500, { jitter: 0.3 }),
      permit: admitRandom(0.4),
    },
    callsPerSecond: 8,
    latencyMs: 140,
    faultRate: 0.06,
    rule: 'failureStreak(4)',
  },
  {
    options: {
      name: 'inventory',
      window: timeWindow(15_000),
      tripper: minRequests(10).and(avgLatency(700)),
      retry: backoff({ initialMs: 2_000, maxMs: 20_000 }),
    },
    callsPerSecond: 6,
    latencyMs: 250,
    faultRate: 0.04,
    rule: 'minRequests(10).and(avgLatency(700))',
  },
  {
    options: {
      name: 'api.partner.example',
      window: countWindow(30),
      tripper: minRequests(10).and(failureRate(0.3)).or(failureStreak(6)),
      retry: backoff({ initialMs: 5_000, maxMs: 120_000, jitter: 0.2 }),
    },
    callsPerSecond: 4,
    latencyMs: 400,
    faultRate: 0.08,
    rule: 'minRequests(10).and(failureRate(0.3)).or(failureStreak(6))',
  },
  {
    options: { name: 'notifications', tripper: minRequests(10).and(failureRate(0.25)) },
    callsPerSecond: 5,
    latencyMs: 90,
    faultRate: 0.07,
    rule: 'minRequests(10).and(failureRate(0.25)), metrics only',
  },
  {
    options: { name: 'images', retry: cooldown(6_000) },
    callsPerSecond: 15,
    latencyMs: 45,
    faultRate: 0.02,
    rule: 'the defaults',
  },
]
