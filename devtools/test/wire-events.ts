import type { Metrics, Signal, Snapshot, State } from '@fluxgate/core'
import type {
  CircuitAdded,
  CircuitRemoved,
  CommandRun,
  MetricsTaken,
  RejectionsCounted,
  SignalSent,
} from '@fluxgate/core/devtools'

/** The time origin of the tests, in Unix ms. */
export const start = Date.UTC(2026, 0, 1)

const noMetrics: Metrics = {
  total: 0,
  failures: 0,
  ignored: 0,
  totalDurationMs: 0,
  failureStreak: 0,
  slow: {},
}

const someMetrics: Metrics = {
  total: 21,
  failures: 13,
  ignored: 0,
  totalDurationMs: 4_200.5,
  failureStreak: 4,
  failureRate: 13 / 21,
  avgDurationMs: 200.023,
  slow: { 1000: 3 },
}

function snapshot(change: Partial<Snapshot> = {}): Snapshot {
  return {
    name: 'payments',
    state: 'closed',
    since: start,
    reopens: 0,
    healthy: false,
    metrics: noMetrics,
    permitted: true,
    ...change,
  }
}

export function added(change: Partial<CircuitAdded> = {}, name = 'payments'): CircuitAdded {
  return {
    type: 'circuit-added',
    seq: 1,
    circuit: '1',
    index: 0,
    controls: true,
    config: {
      name,
      window: { type: 'countWindow', args: [100] },
      tracker: { type: 'anyError', args: [] },
      tripper: {
        type: 'and',
        args: [
          { type: 'minRequests', args: [20] },
          { type: 'failureRate', args: [0.5] },
        ],
      },
      retry: { type: 'backoff', args: [{ initialMs: 10_000, maxMs: 600_000, jitter: 0.1 }] },
      permit: { type: 'admitAll', args: [] },
      probes: 3,
      probeLeaseMs: 60_000,
    },
    snapshot: snapshot({ name }),
    ...change,
  }
}

/** A signal with its position in the log: `transition({ seq: 2, index: 1 }, 'closed', 'open')`. */
export function transition(
  position: Pick<SignalSent, 'seq' | 'index'> & { readonly circuit?: string },
  oldState: State,
  newState: State,
  change: Partial<Signal> = {},
  rejections = 0,
): SignalSent {
  return {
    type: 'signal',
    circuit: '1',
    ...position,
    rejections,
    signal: {
      circuitName: 'payments',
      oldState,
      newState,
      timestamp: start + position.seq * 1_000,
      cause: 'rule',
      reason: 'failure rate 62 % ≥ 50 % over 21 calls',
      report: {
        type: 'and',
        args: [],
        rule: 'and',
        op: 'and',
        met: true,
        children: [
          {
            type: 'minRequests',
            args: [20],
            rule: 'requests',
            met: true,
            actual: 21,
            threshold: 20,
            unit: 'count',
          },
          {
            type: 'failureRate',
            args: [0.5],
            rule: 'failure rate',
            met: true,
            actual: 13 / 21,
            threshold: 0.5,
            unit: 'ratio',
          },
        ],
      },
      metrics: someMetrics,
      ...(newState === 'open' && { retryAt: start + position.seq * 1_000 + 10_000 }),
      ...change,
    },
  }
}

export function removed(change: Partial<CircuitRemoved> = {}): CircuitRemoved {
  return {
    type: 'circuit-removed',
    seq: 9,
    circuit: '1',
    index: 8,
    why: 'detached',
    rejections: 0,
    timestamp: start + 9_000,
    ...change,
  }
}

export function commanded(change: Partial<CommandRun> = {}): CommandRun {
  return {
    type: 'command',
    seq: 2,
    circuit: '1',
    index: 1,
    action: 'trip',
    timestamp: start + 2_000,
    ...change,
  }
}

export function counted(total: number, timestamp: number, circuit = '1'): RejectionsCounted {
  return { type: 'rejected', circuit, total, timestamp }
}

export function measured(timestamp: number, change: Partial<Snapshot> = {}): MetricsTaken {
  return {
    type: 'metrics',
    circuit: '1',
    timestamp,
    snapshot: snapshot(change),
    report: {
      type: 'failureRate',
      args: [0.5],
      rule: 'failure rate',
      met: false,
      threshold: 0.5,
      unit: 'ratio',
    },
  }
}
