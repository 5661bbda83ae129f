import { check, checkFunction, checkMethods, checkOptions } from '../internal/validation.ts'
import type { CircuitHandle } from '../model/circuit-handle.ts'
import type { Metrics } from '../model/metrics.ts'
import type { Snapshot } from '../model/snapshot.ts'
import { type Subscribe, sharedSubscription } from './shared-subscription.ts'
import { stateChanges } from './state-changes.ts'
import { sharedInterval } from './timers.ts'

const DEFAULT_METRICS_MS = 250

/** Options of {@link watchCircuit}. */
export interface WatchOptions {
  /**
   * Also follows the metrics, renewed at this interval in ms, 1 to 1e9, and when the state changes.
   * Calls are timed while there are subscribers.
   * `true` is 250 ms. Default `false`: a call that changes only the metrics is not a change.
   */
  readonly metrics?: boolean | number | undefined
}

/** A store of one circuit, with the two functions that frameworks expect of a store. */
export interface CircuitWatch {
  /**
   * The circuit now. The same frozen object until something changes. Without the option `metrics`,
   * its metrics are those of the last change.
   */
  readonly getSnapshot: () => Snapshot
  /** Calls back after each change; returns a function that unsubscribes. */
  readonly subscribe: Subscribe
}

/**
 * Watches a circuit for a user interface: its transitions, whether it permits a call in half-open, the
 * moment at which its `retryAt` passes, and its metrics if you ask for them.
 *
 * All watches of a circuit share one subscription and one timer, which run while there are
 * subscribers and keep no process alive. A registry does not evict a circuit that has subscribers. Both
 * functions can be used without their object.
 *
 * @throws TypeError or RangeError when an argument is invalid
 * @example
 * const { getSnapshot, subscribe } = watchCircuit(payments)
 * const unsubscribe = subscribe(() => render(getSnapshot()))
 */
export function watchCircuit(circuit: CircuitHandle, options: WatchOptions = {}): CircuitWatch {
  checkMethods('snapshot', 'subscribe')('watchCircuit: circuit', circuit)
  checkOptions('watchCircuit', options, { metrics: checkMetrics })
  const { metrics = false } = options
  const metricsMs = metrics === true ? DEFAULT_METRICS_MS : Number(metrics)
  const byMs = watches.get(circuit) ?? new Map<number, CircuitWatch>()
  watches.set(circuit, byMs)
  const watch = byMs.get(metricsMs) ?? createWatch(circuit, metricsMs)
  byMs.set(metricsMs, watch)
  return watch
}

const watches = new WeakMap<CircuitHandle, Map<number, CircuitWatch>>()

/** @param metricsMs how often the snapshot gets new metrics; 0 for only when something else changes */
function createWatch(circuit: CircuitHandle, metricsMs: number): CircuitWatch {
  let last: Snapshot | undefined
  /** While subscribed: the metrics of the last renewal. */
  let renewed: Metrics | undefined

  const getSnapshot = (): Snapshot => {
    const current = circuit.snapshot()
    if (last === undefined || !isSameButMetrics(last, current)) {
      last = current
      renewed &&= current.metrics
    }
    const metrics = metricsMs > 0 ? (renewed ?? current.metrics) : last.metrics
    if (metrics !== last.metrics) last = Object.freeze({ ...current, metrics })
    return last
  }

  const subscribe = sharedSubscription((notify) => {
    let notified = getSnapshot()
    renewed = notified.metrics
    const update = () => {
      const snapshot = getSnapshot()
      if (snapshot === notified) return
      notified = snapshot
      notify()
    }
    const stopTiming = metricsMs > 0 && circuit.watch()
    const stopChanges = stateChanges(circuit)(update)
    const stopInterval =
      metricsMs > 0 &&
      sharedInterval(
        circuit.clock,
        metricsMs,
      )(() => {
        renewed = circuit.snapshot().metrics
        update()
      })
    return () => {
      stopChanges()
      if (stopTiming) stopTiming()
      if (stopInterval) stopInterval()
      renewed = undefined
    }
  })

  return {
    getSnapshot,
    subscribe(onChange) {
      checkFunction('subscribe: onChange', onChange)
      return subscribe(onChange)
    },
  }
}

function isSameButMetrics(one: Snapshot, other: Snapshot): boolean {
  const keys = Object.keys({ ...one, ...other }) as (keyof Snapshot)[]
  return keys.every((key) => key === 'metrics' || one[key] === other[key])
}

function checkMetrics(option: string, value: unknown): void {
  const isNumber = typeof value === 'number'
  const ok = typeof value === 'boolean' || (isNumber && value >= 1 && value <= 1e9)
  check(ok, option, 'a boolean or 1 to 1e9 ms', value, isNumber)
}
