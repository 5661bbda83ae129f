import type { SharedState } from '@fluxgate/core'

/** Whether probes will decide what the circuit does next: then the fleet says who may probe. */
export function awaitsProbes({ kind, healthy }: SharedState): boolean {
  return kind === 'open' || (kind === 'half_open' && healthy !== true)
}
