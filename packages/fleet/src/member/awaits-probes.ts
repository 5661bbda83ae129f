import type { SharedState } from '@fluxgate/core'

/** Whether probes decide the next transition. Then the fleet decides which instance may probe. */
export function awaitsProbes({ kind, healthy }: SharedState): boolean {
  return kind === 'open' || (kind === 'half_open' && healthy !== true)
}
