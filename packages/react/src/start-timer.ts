import type { CircuitHandle } from '@fluxgate/core'

/** Calls `fn` after `ms`: by the timer of the circuit's clock if it has one. Returns a cancel function. */
export function startTimer({ clock }: CircuitHandle, fn: () => void, ms: number): () => void {
  if (clock.setTimeout) return clock.setTimeout(fn, ms)
  const timer = setTimeout(fn, ms)
  return () => clearTimeout(timer)
}
