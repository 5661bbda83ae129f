import type { LoggedEvent, WireAction } from '@fluxgate/core/devtools'
import { stateAppearance } from '../theme/state-appearance.ts'

/** What the buttons and the log call a move by hand. */
export const actionWords: Readonly<Record<WireAction, string>> = {
  reset: 'Reset',
  trip: 'Trip',
  forceOpen: 'Force open',
  metricsOnly: 'Metrics only',
  disable: 'Disable',
}

/** An event in words: what became of the circuit, and why. */
export function eventText(event: LoggedEvent): { readonly title: string; readonly text: string } {
  switch (event.type) {
    case 'signal': {
      const { oldState, newState, cause, reason } = event.signal
      if (cause === 'shadow') return { title: 'would open', text: reason }
      const title = `${stateAppearance[oldState].word} → ${stateAppearance[newState].word}`
      return { title, text: reason }
    }
    case 'command':
      return { title: actionWords[event.action].toLowerCase(), text: 'asked for in the devtools' }
    case 'circuit-added':
      return { title: 'appeared', text: `it was ${stateAppearance[event.snapshot.state].word}` }
    case 'circuit-removed':
      return {
        title: 'gone',
        text: event.why === 'detached' ? 'its listener was detached' : 'no longer in use',
      }
  }
}
