import type { ManualTransition } from '../../playground/src/backend-status.ts'
import type { LoopDelay } from './loop-delay.ts'
import type { Observations } from './model-comparer.ts'
import type { SignalDigests } from './signal-digest.ts'

/** The addresses of the stub services. */
export interface StubAddresses {
  /** Origins by the name of the service. */
  readonly services: Readonly<Record<string, string>>
  readonly hook: string
  readonly slack: { readonly url: string; readonly token: string; readonly channel: string }
}

/** A message to the service, over the IPC channel of Node. A transition has no answer. */
export type ServiceRequest =
  | { readonly kind: 'sample' }
  | { readonly kind: 'transition'; readonly circuit: string; readonly transition: ManualTransition }
  /** Stops the short-lived circuits and flushes every listener. */
  | { readonly kind: 'finish' }

/** The answer. Sizes in bytes, times in ms. */
export interface Sample {
  readonly heap: number
  readonly rss: number
  /** Event-loop delay since the last sample, and since the start. */
  readonly loop: LoopDelay
  readonly loopOverall: LoopDelay
  /** Requests that arrived, and those that were answered. */
  readonly arrived: number
  readonly answered: number
  /** The least and the most calls that listeners did not receive because the circuit was disabled. */
  readonly unreported: readonly [number, number]
  /** Requests to the services, and those aborted before they were sent. */
  readonly sent: number
  readonly unsent: number
  readonly inFlight: number
  readonly observations: Observations
  readonly logged: SignalDigests
  readonly devtools: SignalDigests
  readonly devtoolsDropped: number
  readonly errors: number
}
