import type { LoggedEvent, WireAction } from '@fluxgate/core/devtools'
import { stateAppearance } from '../theme/state-appearance.ts'

/** The labels of the manual transitions, in the buttons and in the log. */
export const actionLabels: Readonly<Record<WireAction, string>> = {
  reset: 'Reset',
  trip: 'Trip',
  forceOpen: 'Force open',
  metricsOnly: 'Metrics only',
  disable: 'Disable',
}

/** An event as text: what happened, and why. */
export function eventText(event: LoggedEvent): { readonly title: string; readonly text: string } {
  switch (event.type) {
    case 'signal': {
      const { oldState, newState, cause, reason } = event.signal
      if (cause === 'shadow') return { title: 'would open', text: reason }
      const title = `${stateAppearance[oldState].label} → ${stateAppearance[newState].label}`
      return { title, text: reason }
    }
    case 'command':
      return { title: actionLabels[event.action].toLowerCase(), text: 'requested in the devtools' }
    case 'circuit-added':
      return { title: 'added', text: `state: ${stateAppearance[event.snapshot.state].label}` }
    case 'circuit-removed':
      return {
        title: 'removed',
        text:
          event.why === 'detached'
            ? 'its listener was detached'
            : 'removed by its registry or garbage-collected',
      }
  }
}
