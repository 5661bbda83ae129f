import { CallNotPermittedError, retryAfterMs } from '@fluxgate/core'
import type { Boundary } from './admission-model.ts'
import { BAD, OTHER, Outage, type Setup, type TrackerSetup } from './setup.ts'

/** One step of a run as data, so that a counterexample can be printed. */
export type Operation = Action & {
  /** What the random source returns during this step, in eighths. */
  readonly eighths: number
  /** Whether everything is compared after the step. Without, a read cannot hide a mistake. */
  readonly compare: boolean
}

export type Action =
  | {
      readonly do: 'start'
      readonly by: 'call' | 'acquire' | 'tryAcquire'
      readonly abortable?: boolean
      readonly timeoutMs?: number
      readonly fallback?: boolean
    }
  | {
      readonly do: 'callSync'
      readonly end: End | 'promise'
      readonly move?: ManualTransition
      readonly fallback?: boolean
    }
  | { readonly do: 'startAborted'; readonly deadline?: boolean }
  | { readonly do: 'settle'; readonly pick: number; readonly end: End | 'release' }
  | { readonly do: 'abort'; readonly pick: number; readonly deadline?: boolean }
  | { readonly do: 'settleAgain'; readonly pick: number; readonly end: End }
  | { readonly do: 'advance'; readonly ms: number }
  /** Time passes without a timer firing; then all that are due fire late. */
  | { readonly do: 'stall'; readonly ms: number }
  | { readonly do: 'stepBack'; readonly ms: number }
  | {
      readonly do: 'advanceTo'
      readonly boundary: Boundary
      readonly plusMs: number
    }
  | {
      readonly do: 'move'
      readonly move: ManualTransition
      readonly forMs?: number
      readonly reopens?: number
    }
  | { readonly do: 'judge' }
  | { readonly do: 'subscribe'; readonly kind: ListenerKind }
  | { readonly do: 'unsubscribe'; readonly pick: number }

export type ManualTransition =
  | 'reset'
  | 'forceOpen'
  | 'disable'
  | 'metricsOnly'
  | 'halfOpen'
  | 'trip'

/** `untimed` receives calls without using durations. `throwing` throws in every callback; `reset` and `forceOpen` call that method when the circuit opens. */
export type ListenerKind =
  | 'signals'
  | 'calls'
  | 'untimed'
  | 'both'
  | 'throwing'
  | 'reset'
  | 'forceOpen'

/**
 * How a guarded function ends. `busy` is an outage that requests a delay, `hasty` one that requests
 * none. `rejection` is one of another circuit; `own` is the last rejection of this circuit, and
 * `ownWrapped` an error that wraps it.
 */
export type End =
  | 'good'
  | 'bad'
  | 'outage'
  | 'busy'
  | 'hasty'
  | 'other'
  | 'abortError'
  | 'rejection'
  | 'own'
  | 'ownWrapped'

/** An end, or what the breaker makes of a call that takes too long. */
export type JudgedEnd = End | 'timeout'

/** The delay that `busy` errors request. */
const BUSY_MS = 12

/**
 * What a guarded function returns or throws, created anew each time so that identity is visible.
 *
 * @param own the last rejection of the circuit
 */
export function endOf(end: End, own?: unknown): { value: unknown } | { error: unknown } {
  switch (end) {
    case 'good':
      return { value: { end } }
    case 'bad':
      return { value: BAD }
    case 'outage':
      return { error: new Outage() }
    case 'busy':
      return { error: Object.assign(new Outage(), { [retryAfterMs]: BUSY_MS }) }
    case 'hasty':
      return { error: Object.assign(new Outage(), { [retryAfterMs]: 0 }) }
    case 'other':
      return { error: Object.assign(new Error(end), { name: OTHER }) }
    case 'abortError':
      return { error: Object.assign(new Error(end), { name: 'AbortError' }) }
    case 'rejection':
      return { error: foreignRejection() }
    case 'own':
      return { error: own ?? foreignRejection() }
    case 'ownWrapped':
      return { error: new Error('wrapped', { cause: own ?? foreignRejection() }) }
  }
}

function foreignRejection(): CallNotPermittedError {
  return new CallNotPermittedError({ circuitName: 'another', state: 'open', reason: 'tripped' })
}

/** Contract, sections 2 and 4: what is ignored first, then time limits, then the tracker. */
export function outcomeOf(setup: Setup, end: JudgedEnd): 'success' | 'failure' | 'ignored' {
  if (isIgnored(setup, end)) return 'ignored'
  return isFailure(setup.tracker, end) ? 'failure' : 'success'
}

function isIgnored({ ignore }: Setup, end: JudgedEnd): boolean {
  switch (end) {
    case 'rejection':
    case 'own':
    case 'ownWrapped':
      return true
    case 'abortError':
      return ignore === undefined
    case 'other':
    case 'bad':
      return ignore === 'others'
    default:
      return false
  }
}

function isFailure(tracker: TrackerSetup, end: JudgedEnd): boolean {
  const onResults = tracker === 'results' || tracker === 'resultsOnly'
  switch (end) {
    case 'timeout':
      return true
    case 'good':
      return false
    case 'bad':
      return onResults
    case 'outage':
    case 'busy':
    case 'hasty':
      return tracker !== 'resultsOnly' && tracker !== 'untyped'
    default:
      return tracker !== 'resultsOnly' && tracker !== 'typed'
  }
}

/** The delay above 0 that an error requests. */
export function requestedDelay(error: unknown): number | undefined {
  return (
    (error instanceof Outage && (error as { [retryAfterMs]?: number })[retryAfterMs]) || undefined
  )
}
