import { CallNotPermittedError, retryAfterMs } from '@fluxgate/core'
import { BAD, Outage, type TrackerSetup } from './setup.ts'

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
  | { readonly do: 'startAborted' }
  | { readonly do: 'settle'; readonly pick: number; readonly end: End | 'release' }
  | { readonly do: 'abort'; readonly pick: number }
  | { readonly do: 'settleAgain'; readonly pick: number; readonly end: End }
  | { readonly do: 'advance'; readonly ms: number }
  | {
      readonly do: 'advanceTo'
      readonly boundary: 'retry' | 'ramp' | 'lease'
      readonly plusMs: number
    }
  | { readonly do: 'move'; readonly move: ManualTransition; readonly forMs?: number }
  | { readonly do: 'subscribe'; readonly kind: ListenerKind }
  | { readonly do: 'unsubscribe'; readonly pick: number }

export type ManualTransition = 'reset' | 'forceOpen' | 'disable' | 'metricsOnly' | 'trip'

/** `throwing` throws in every callback; `reset` and `forceOpen` call that method when the circuit opens. */
export type ListenerKind = 'signals' | 'calls' | 'both' | 'throwing' | 'reset' | 'forceOpen'

/** How a guarded function ends. `busy` is an outage that requests a delay. */
export type End = 'good' | 'bad' | 'outage' | 'busy' | 'other' | 'rejection'

/** The delay that `busy` errors request. */
const BUSY_MS = 40

/** What a guarded function returns or throws, created anew each time so that identity is visible. */
export function endOf(end: End): { value: unknown } | { error: Error } {
  switch (end) {
    case 'good':
      return { value: { end } }
    case 'bad':
      return { value: BAD }
    case 'outage':
      return { error: new Outage() }
    case 'busy':
      return { error: Object.assign(new Outage(), { [retryAfterMs]: BUSY_MS }) }
    case 'other':
      return { error: new Error(end) }
    case 'rejection':
      return {
        error: new CallNotPermittedError({
          circuitName: 'another',
          state: 'open',
          reason: 'tripped',
        }),
      }
  }
}

/** Contract, section 2: the outcome by the tracker. */
export function outcomeOf(tracker: TrackerSetup, end: End): 'success' | 'failure' | 'ignored' {
  const onResults = tracker === 'results' || tracker === 'resultsOnly'
  switch (end) {
    case 'good':
      return 'success'
    case 'bad':
      return onResults ? 'failure' : 'success'
    case 'outage':
    case 'busy':
      return tracker === 'resultsOnly' ? 'ignored' : 'failure'
    case 'other':
      return tracker === 'any' || tracker === 'results' ? 'failure' : 'ignored'
    case 'rejection':
      return 'ignored'
  }
}

/** The delay that an error requests, which replaces that of the retry schedule. */
export function requestedDelay(error: unknown): number | undefined {
  return error instanceof Outage && retryAfterMs in error ? BUSY_MS : undefined
}
