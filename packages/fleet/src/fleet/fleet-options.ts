import type { Clock, ErrorHandler } from '@fluxgate/core'
import { type TimerClock, withTimers } from '../clock.ts'
import { randomId, systemRandom } from '../random.ts'
import { check, checkFunction, checkMethods, checkOptions, checkRange } from '../validation.ts'

/** Options of every fleet. */
export interface FleetOptions {
  /**
   * How many live instances must agree before the shared circuit opens: a whole number of at least 1,
   * or a share of the live instances, above 0 and below 1. Default 2. An instance that fails alone
   * opens only its own circuit.
   */
  readonly quorum?: number | undefined
  /**
   * The id of this instance: letters, digits and `.:_-`, at most 100, unique in the fleet. Default: a
   * random one.
   */
  readonly instance?: string | undefined
  /**
   * How long one instance may probe for all, in ms from 100 to 600,000. Default 5,000. The instance
   * extends the lease while its probes make progress. When it dies, the others wait for this time.
   * With a `timeoutMs`, a lease lasts at least a second longer than that.
   */
  readonly leaseMs?: number | undefined
  /**
   * How often an instance requests the state of the circuits that it uses, in case an update was lost.
   * In ms from 100. Default 5,000; `Infinity` for never.
   */
  readonly pollMs?: number | undefined
  /** How long the store may take to answer, in ms from 10 to 60,000. Default 300. */
  readonly timeoutMs?: number | undefined
  /** The pause before the next exchange after a failure of the store, in ms from 100. Default 1,000. */
  readonly retryMs?: number | undefined
  /**
   * Called once when the store fails, and again when it fails after an answer. Default: `onError` of
   * the circuit that joined last.
   */
  readonly onError?: ErrorHandler | undefined
  /** The time of this instance. Default: the system's. */
  readonly clock?: Clock | undefined
  /** 0 to below 1. Default `Math.random`. */
  readonly random?: (() => number) | undefined
}

export interface ResolvedFleetOptions {
  readonly quorum: number
  readonly instance: string
  readonly leaseMs: number
  readonly pollMs: number
  readonly timeoutMs: number
  readonly retryMs: number
  readonly onError: ErrorHandler | undefined
  readonly clock: TimerClock
  readonly random: () => number
}

/** The default of `timeoutMs`. */
export const DEFAULT_TIMEOUT_MS = 300

const DAY_MS = 86_400_000

/** The names of the options of every fleet. */
export const FLEET_OPTIONS = 'quorum instance leaseMs pollMs timeoutMs retryMs onError clock random'

/** @throws TypeError or RangeError that names the option and quotes the value */
export function resolveFleetOptions(options: FleetOptions): ResolvedFleetOptions {
  checkOptions('fleet', options, FLEET_OPTIONS)
  const {
    quorum = 2,
    leaseMs = 5_000,
    pollMs = 5_000,
    timeoutMs = DEFAULT_TIMEOUT_MS,
    retryMs = 1_000,
    onError,
    clock,
    random = systemRandom,
  } = options
  checkFunction('fleet: random', random)
  const { instance = randomId(random) } = options
  const isQuorum = Number.isSafeInteger(quorum) ? quorum >= 1 : quorum > 0 && quorum < 1
  const expected = 'a whole number of at least 1, or a share above 0 and below 1'
  check(isQuorum, 'fleet: quorum', expected, quorum, typeof quorum === 'number')
  // rejects __proto__, because ids are keys of objects
  const isId = typeof instance === 'string' && /^[a-z0-9][\w.:-]{0,99}$/i.test(instance)
  check(isId, 'fleet: instance', 'letters, digits and .:_-', instance, typeof instance === 'string')
  checkRange('fleet: leaseMs', leaseMs, 100, 600_000)
  if (pollMs !== Number.POSITIVE_INFINITY) checkRange('fleet: pollMs', pollMs, 100, DAY_MS)
  checkRange('fleet: timeoutMs', timeoutMs, 10, 60_000)
  checkRange('fleet: retryMs', retryMs, 100, DAY_MS)
  if (onError !== undefined) checkFunction('fleet: onError', onError)
  if (clock !== undefined) checkMethods('fleet: clock', clock, 'now', 'timestamp')
  return {
    quorum,
    instance,
    leaseMs,
    pollMs,
    timeoutMs,
    retryMs,
    onError,
    clock: withTimers(clock),
    random,
  }
}
