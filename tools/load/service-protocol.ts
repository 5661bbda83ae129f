import type { BackendMove } from '../../playground/src/backend-status.ts'
import type { LoopDelay } from './loop-delay.ts'
import type { Testimony } from './model-comparer.ts'
import type { Accounts } from './signal-digest.ts'

/** Where the service under test finds the world around it. */
export interface World {
  /** Origins by the name of the service. */
  readonly services: Readonly<Record<string, string>>
  readonly hook: string
  readonly slack: { readonly url: string; readonly token: string; readonly channel: string }
}

/** What the service is asked, over the channel that Node opens between processes. A move has no answer. */
export type Question =
  | { readonly kind: 'sample' }
  | { readonly kind: 'move'; readonly circuit: string; readonly move: BackendMove }
  /** No more visitors, and everything that is on its way arrives. */
  | { readonly kind: 'finish' }

/** What it answers. Sizes in bytes, times in ms. */
export interface Sample {
  readonly heap: number
  readonly rss: number
  /** Event-loop delay since the last sample, and since the start. */
  readonly loop: LoopDelay
  readonly loopOverall: LoopDelay
  /** Requests that arrived, were answered, and of those the ones while their circuit was disabled. */
  readonly arrived: number
  readonly answered: number
  /** At least and at most so many calls were told to nobody, in disabled. */
  readonly untold: readonly [number, number]
  /** Requests to the services, and those given up before they were sent. */
  readonly sent: number
  readonly unsent: number
  readonly inFlight: number
  readonly testimony: Testimony
  readonly logged: Accounts
  readonly devtools: Accounts
  readonly devtoolsDropped: number
  readonly errors: number
}
