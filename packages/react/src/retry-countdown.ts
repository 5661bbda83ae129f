import type { CircuitHandle } from '@fluxgate/core'
import { type CircuitWatch, untilRetryMs, watchCircuit } from '@fluxgate/core/view'

/** The whole seconds until an open circuit may probe, as a store. */
export interface RetryCountdown {
  readonly subscribe: CircuitWatch['subscribe']
  readonly seconds: () => number | undefined
}

const countdowns = new WeakMap<CircuitHandle, RetryCountdown>()

/** The countdown of a circuit, shared by the components that show it. */
export function countdownOf(circuit: CircuitHandle): RetryCountdown {
  const countdown = countdowns.get(circuit) ?? createCountdown(circuit)
  countdowns.set(circuit, countdown)
  return countdown
}

function createCountdown(circuit: CircuitHandle): RetryCountdown {
  const { subscribe } = watchCircuit(circuit)

  // One timer for all components, so that React renders them together.
  const subscribers = new Set<() => void>()
  let cancelTimer: (() => void) | undefined

  const follow = () => {
    cancelTimer?.()
    const ms = untilRetryMs(circuit)
    // at the whole second, when the number changes
    cancelTimer = ms ? startTimer(circuit, update, Math.ceil(ms % 1_000) || 1_000) : undefined
  }

  const update = () => {
    follow()
    for (const onChange of subscribers) onChange()
  }

  let unsubscribe = () => {}

  return {
    seconds() {
      const ms = untilRetryMs(circuit)
      return ms && Math.ceil(ms / 1_000)
    },
    subscribe(onChange) {
      subscribers.add(onChange)
      if (subscribers.size === 1) {
        unsubscribe = subscribe(update)
        follow()
      }
      return () => {
        subscribers.delete(onChange)
        if (subscribers.size > 0) return
        unsubscribe()
        cancelTimer?.()
      }
    },
  }
}

function startTimer({ clock }: CircuitHandle, fn: () => void, ms: number): () => void {
  if (clock.setTimeout) return clock.setTimeout(fn, ms)
  const timer = setTimeout(fn, ms)
  return () => clearTimeout(timer)
}
