import { CallNotPermittedError, retryAfterMs } from '@fluxgate/core'
import { BAD, Outage, type TrackerSetup } from './setup.ts'

/** One step of a run as data, so that a counterexample can be read. */
export type Operation = Action & {
  /** Eighths: what the random source gives during this step. */
  readonly eighths: number
  /** Whether everything is read and compared after the step; off, a read cannot mend anything. */
  readonly look: boolean
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
      readonly move?: Move
      readonly fallback?: boolean
    }
  | { readonly do: 'startAborted' }
  | { readonly do: 'settle'; readonly pick: number; readonly end: End | 'release' }
  | { readonly do: 'abort'; readonly pick: number }
  | { readonly do: 'settleAgain'; readonly pick: number; readonly end: End }
  | { readonly do: 'advance'; readonly ms: number }
  | {
      readonly do: 'advanceTo'
      readonly border: 'retry' | 'ramp' | 'lease'
      readonly plusMs: number
    }
  | { readonly do: 'move'; readonly move: Move; readonly forMs?: number }
  | { readonly do: 'subscribe'; readonly kind: ListenerKind }
  | { readonly do: 'unsubscribe'; readonly pick: number }

export type Move = 'reset' | 'forceOpen' | 'disable' | 'metricsOnly' | 'trip'

/** `throwing` throws at everything; `reset` and `forceOpen` make that move when the circuit opens. */
export type ListenerKind = 'signals' | 'calls' | 'both' | 'throwing' | 'reset' | 'forceOpen'

/** How a guarded function ends. `busy` is an outage that says how long to wait. */
export type End = 'good' | 'bad' | 'outage' | 'busy' | 'other' | 'rejection'

/** What `busy` errors ask for. */
const BUSY_MS = 40

/** What a guarded function returns or throws for an end, new each time so that identity shows. */
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

/** Contract, section 2: what a tracker makes of an end. */
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

/** How long an error asks to be left alone, which goes before the retry's own delay. */
export function askedDelay(error: unknown): number | undefined {
  return error instanceof Outage && retryAfterMs in error ? BUSY_MS : undefined
}
