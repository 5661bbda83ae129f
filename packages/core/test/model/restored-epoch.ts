import type { State } from '@fluxgate/core'
import { Epoch } from './epoch.ts'
import { retryDelay } from './policy-model.ts'
import type { InitialSetup, Setup } from './setup.ts'

/** Contract, section 3, "State survives": the first epoch of a breaker, and its `reopens`. */
export function restoredEpoch({ initial, retry }: Setup): { epoch: Epoch; reopens: number } {
  const { state, since, retryAt, reopens, cause } = asSnapshot(initial ?? 'closed')
  // half-open begins anew, and so does a state without a history
  const epoch = new Epoch(state, state === 'half_open' ? 0 : Math.min(0, since), cause)
  if (state === 'open') {
    epoch.retryAt =
      typeof initial === 'string'
        ? retryDelay(retry, 0, 0)
        : Math.min(Math.max(0, retryAt), Math.max(0, retryAt - since))
  }
  const keepsReopens = state === 'open' || state === 'half_open'
  return { epoch, reopens: keepsReopens ? reopens : 0 }
}

function asSnapshot(initial: State | InitialSetup) {
  if (typeof initial === 'string') {
    return { state: initial, since: 0, retryAt: 0, reopens: 0, cause: undefined }
  }
  return { ...initial, retryAt: initial.retryAt ?? Number.POSITIVE_INFINITY }
}
