import type { ErrorHandler } from '../internal/error-handler.ts'
import {
  type Check,
  check,
  checkBoolean,
  checkCount,
  checkFunction,
  checkMethods,
  checkMs,
  checkOptions,
  checkText,
  checkTimeoutMs,
} from '../internal/validation.ts'
import type { Listener } from '../listeners/listener.ts'
import { type Clock, systemClock } from '../model/clock.ts'
import type { Fleet } from '../model/fleet.ts'
import type { Snapshot } from '../model/snapshot.ts'
import type { State } from '../model/state.ts'
import { admitAll, type Permit } from '../policies/permits.ts'
import { cooldown, type Retry } from '../policies/retries.ts'
import { checkRule, isNeverMet, type Rule } from '../policies/rule.ts'
import { checkTracker, serviceError, type Tracker } from '../policies/trackers.ts'
import { failureRate, minRequests } from '../policies/trippers.ts'
import { countWindow } from '../windows/count-window.ts'
import type { Window } from '../windows/window.ts'
import { abortErrors } from './abort-errors.ts'
import { checkInitial } from './initial-state-checks.ts'
import type { MachinePolicy } from './machine-policy.ts'

/** Options of a `CircuitBreaker`. Only `name` is required. */
export interface BreakerOptions {
  /** The name of the circuit in signals, errors and devtools. Not empty. */
  readonly name: string
  /** Which recorded calls the rule looks at. Default `countWindow(100)`. */
  readonly window?: Window | undefined
  /** Which outcomes are failures; all others are successes. Default `serviceError()`. */
  readonly tracker?: Tracker | undefined
  /**
   * Which outcomes are not counted, before `tracker` decides; false for none. Default
   * `errorNamed('AbortError')`. Rejections of breakers and requests that were never sent are always
   * ignored.
   */
  readonly ignore?: Tracker | false | undefined
  /** The rule that decides when to open. Default `minRequests(10).and(failureRate(0.5))`. */
  readonly tripper?: Rule | undefined
  /** The retry schedule: when an open circuit may probe. Default `cooldown(30_000, { jitter: 0.1 })`. */
  readonly retry?: Retry | undefined
  /** Which calls may probe. Default `admitAll()`. */
  readonly permit?: Permit | undefined
  /** Number of probes that decide whether to close: a whole number of at least 1. Default 3. */
  readonly probes?: number | undefined
  /**
   * How long a probe holds its slot, in ms above 0 and at least `timeoutMs`. Default 60,000, or
   * `timeoutMs` if that is more.
   */
  readonly probeLeaseMs?: number | undefined
  /**
   * The state in which the circuit starts, or a snapshot that it continues: `snapshot()` of an earlier
   * process. An open circuit keeps its remaining time and its `reopens`. Default `'closed'`.
   */
  readonly initial?: State | Snapshot | undefined
  /**
   * Time limit of each call in ms, above 0 and at most 2,147,483,647. Default and `Infinity`: none.
   */
  readonly timeoutMs?: number | undefined
  /**
   * What an abort of a call's `signal` means when its reason is a `TimeoutError`, as of
   * `AbortSignal.timeout()`. `'failure'` (default): the service was too slow. `'ignore'`: the call is
   * not counted, for services that pass one deadline through many calls.
   */
  readonly deadline?: 'failure' | 'ignore' | undefined
  /** Falsy entries are skipped: `[import.meta.env.DEV && devtoolsListener()]`. Default: none. */
  readonly listeners?: readonly (Listener | false | null | undefined | 0 | '')[] | undefined
  /**
   * The fleet with which the circuit is shared: `redisFleet(…)` or `tabFleet()` of `@fluxgate/fleet`.
   * Calls never wait for it. Default: the circuit is alone.
   */
  readonly shared?: Fleet | undefined
  /** Called with errors that listeners and policies throw. Default: `console.error`. */
  readonly onError?: ErrorHandler | undefined
  /**
   * Times each call. Default false: calls are timed only while something uses durations, which is a
   * rule, a listener with `onCall`, or `watch()`.
   */
  readonly timed?: boolean | undefined
  /** Capture a stack for each rejection. It costs ten times as much as the rest. Default false. */
  readonly captureStack?: boolean | undefined
  /** The source of time. Default: `performance.now` and `Date.now`. */
  readonly clock?: Clock | undefined
  /** The source of random numbers, 0 to below 1. Default `Math.random`. */
  readonly random?: (() => number) | undefined
}

/** The options with their defaults, validated. */
export interface ResolvedOptions extends MachinePolicy {
  readonly tracker: Tracker
  readonly ignore: Tracker | undefined
  /** Whether `tracker` or `ignore` looks at results. */
  readonly judgesResults: boolean
  readonly retry: Retry
  /** Finite; undefined for none. */
  readonly timeoutMs: number | undefined
  readonly rare: RareOptions
  /** Of the circuit. Made when it is first read. */
  identity?: object
}

/** The options that few breakers set. All others share one object with the defaults. */
interface RareOptions {
  readonly initial: State | Snapshot | undefined
  readonly deadline: 'failure' | 'ignore'
  readonly timed: boolean
  readonly captureStack: boolean
  readonly clock: Clock
  readonly random: () => number
}

const defaultTracker = serviceError()
const defaultWindow = countWindow(100)
const defaultTripper = minRequests(10).and(failureRate(0.5))
const defaultRetry = cooldown(30_000, { jitter: 0.1 })

const rareDefaults: RareOptions = Object.freeze({
  initial: undefined,
  deadline: 'failure',
  timed: false,
  captureStack: false,
  clock: systemClock,
  random: () => Math.random(),
})

const OWNER = 'CircuitBreaker'

const checkWindowMethods = checkMethods('open', 'toJSON')

const CHECKS: Readonly<Record<keyof BreakerOptions, Check>> = {
  name: checkText,
  window: (option, value) => {
    checkWindowMethods(option, value)
    const { capacity } = value as Window
    const isNumber = typeof capacity === 'number'
    check(isNumber && capacity > 0, `${option}.capacity`, 'a number above 0', capacity, isNumber)
  },
  tracker: checkTracker,
  ignore: (option, value) => {
    if (value !== false) checkTracker(option, value)
  },
  tripper: (_, value) => checkRule(OWNER, value),
  retry: checkMethods('delayMs', 'toJSON'),
  permit: checkMethods('test', 'finished', 'toJSON'),
  probes: checkCount,
  probeLeaseMs: checkMs,
  initial: checkInitial,
  timeoutMs: checkTimeoutMs,
  deadline: (option, value) => {
    const known = value === 'failure' || value === 'ignore'
    check(known, option, "'failure' or 'ignore'", value)
  },
  listeners: (option, value) => {
    check(Array.isArray(value), option, 'an array', value)
    for (const listener of value) if (listener) checkListener(OWNER, listener)
  },
  shared: checkMethods('join'),
  onError: checkFunction,
  timed: checkBoolean,
  captureStack: checkBoolean,
  clock: checkMethods('now', 'timestamp'),
  random: checkFunction,
}

/**
 * Fills in the defaults and validates the options, also against each other, so that an invalid option
 * fails at construction.
 *
 * @throws TypeError or RangeError that names the option and quotes the value
 */
export function resolveOptions(options: BreakerOptions): ResolvedOptions {
  checkOptions(OWNER, options, CHECKS, 'name')
  const {
    name,
    onError,
    window = defaultWindow,
    tracker = defaultTracker,
    ignore = abortErrors,
    tripper = defaultTripper,
    retry = defaultRetry,
    permit = admitAll(),
    probes = 3,
  } = options
  const timeoutMs = options.timeoutMs === Infinity ? undefined : options.timeoutMs
  const { probeLeaseMs = Math.max(60_000, timeoutMs ?? 0) } = options
  // the texts of these errors are only made for an error
  if (timeoutMs !== undefined && probeLeaseMs < timeoutMs) {
    const expected = `at least timeoutMs (${timeoutMs})`
    check(false, 'CircuitBreaker: probeLeaseMs', expected, probeLeaseMs, true)
  }
  check(!isNeverMet(tripper), 'CircuitBreaker: tripper', 'a rule that can be met', tripper, true)
  const { minRequests: needed = 1 } = tripper
  if (!(window.capacity >= needed)) {
    const expected = `a rule that the window can meet: it holds ${window.capacity} calls, minRequests`
    check(false, 'CircuitBreaker: tripper', expected, needed, true)
  }
  return {
    name,
    window,
    tracker,
    ignore: ignore || undefined,
    judgesResults: !!(tracker.failsOnResult || (ignore || undefined)?.failsOnResult),
    tripper,
    retry,
    permit,
    probes,
    probeLeaseMs,
    timeoutMs,
    rare: rareOptions(options),
    onError,
  }
}

function rareOptions(options: BreakerOptions): RareOptions {
  let rare = rareDefaults
  for (const key of Object.keys(rareDefaults) as (keyof RareOptions)[]) {
    if (options[key] !== undefined) rare = { ...rare, [key]: options[key] }
  }
  return rare
}

export function checkListener(owner: string, value: unknown): asserts value is Listener {
  const { onSignal, onCall, onAttach, timed = true } = Object(value)
  checkBoolean(`${owner}: listener: timed`, timed)
  const callbacks = typeof value === 'function' ? [value] : [onSignal, onCall, onAttach]
  const present = callbacks.filter((callback) => callback !== undefined)
  check(
    present.length > 0 && present.every((callback) => typeof callback === 'function'),
    `${owner}: listener`,
    'a function, or an object with onSignal, onCall or onAttach',
    value,
  )
}
