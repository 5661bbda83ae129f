import type { State } from '@fluxgate/core'

/** How a state is displayed. Colour always comes with an icon or a label, for accessibility. */
export interface StateAppearance {
  readonly label: string
  /** An SVG path in a 16 × 16 box, filled by the even-odd rule. */
  readonly icon: string
  /** The pattern of its bar in the timeline, so that states differ without colour. */
  readonly bar: 'line' | 'solid' | 'hatched' | 'outlined' | 'dotted' | 'striped'
}

const disc = 'M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13z'

export const stateAppearance: Readonly<Record<State, StateAppearance>> = {
  open: { label: 'open', icon: `${disc}M4.5 7h7v2h-7z`, bar: 'solid' },
  forced_open: {
    label: 'forced open',
    icon: 'M3.5 7h9v7h-9zM5 7V5a3 3 0 0 1 6 0v2H9.5V5a1.5 1.5 0 0 0-3 0v2zM7.25 9.25h1.5V12h-1.5z',
    bar: 'striped',
  },
  half_open: {
    label: 'half open',
    icon: `${disc}M8 3.2a4.8 4.8 0 0 1 0 9.6z`,
    bar: 'hatched',
  },
  metrics_only: {
    label: 'metrics only',
    icon: 'M8 3C4.4 3 1.9 5.6 1 8c.9 2.4 3.4 5 7 5s6.1-2.6 7-5c-.9-2.4-3.4-5-7-5zM8 5a3 3 0 1 1 0 6 3 3 0 0 1 0-6zM8 6.6a1.4 1.4 0 1 0 0 2.8 1.4 1.4 0 0 0 0-2.8z',
    bar: 'outlined',
  },
  disabled: {
    label: 'disabled',
    icon: `${disc}M8 3a5 5 0 1 1 0 10A5 5 0 0 1 8 3zM4.4 10.5l6.1-6.1 1.1 1.1-6.1 6.1z`,
    bar: 'dotted',
  },
  closed: {
    label: 'closed',
    icon: `${disc}M6.9 11.4 3.8 8.3l1.1-1.1 2 2 4.2-4.2 1.1 1.1z`,
    bar: 'line',
  },
}
