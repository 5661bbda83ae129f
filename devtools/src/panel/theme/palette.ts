import type { State } from '@fluxgate/core'

/** All colours of the panel, for style sheets and canvas drawing. */
export interface Palette {
  readonly surface: string
  readonly raised: string
  readonly sunken: string
  readonly hover: string
  readonly selected: string
  readonly line: string
  readonly text: string
  readonly textMuted: string
  readonly accent: string
  readonly onAccent: string
  readonly warning: string
  /** Readable as text on `surface`, `raised`, `hover` and `selected`. */
  readonly state: Readonly<Record<State, string>>
  /** The fill of a bar in the timeline. */
  readonly bar: Readonly<Record<State, string>>
  /** The text on that bar. */
  readonly onBar: Readonly<Record<State, string>>
}

export type ThemeName = 'light' | 'dark'

export const palettes: Readonly<Record<ThemeName, Palette>> = {
  light: {
    surface: '#ffffff',
    raised: '#f3f6fc',
    sunken: '#f8fafd',
    hover: '#eef2f9',
    selected: '#d3e3fd',
    line: '#d7dfeb',
    text: '#1f1f1f',
    textMuted: '#545d69',
    accent: '#0b57d0',
    onAccent: '#ffffff',
    warning: '#8a4b00',
    state: {
      closed: '#14672f',
      open: '#b3190f',
      half_open: '#835000',
      metrics_only: '#1450b4',
      disabled: '#545d69',
      forced_open: '#7627bb',
    },
    bar: {
      closed: '#58b377',
      open: '#dc362e',
      half_open: '#f0a81c',
      metrics_only: '#5b8def',
      disabled: '#9aa3ae',
      forced_open: '#8e44cf',
    },
    onBar: {
      closed: '#1f1f1f',
      open: '#ffffff',
      half_open: '#1f1f1f',
      metrics_only: '#1450b4',
      disabled: '#1f1f1f',
      forced_open: '#ffffff',
    },
  },
  dark: {
    surface: '#282828',
    raised: '#303134',
    sunken: '#232323',
    hover: '#363739',
    selected: '#0c3f6e',
    line: '#47494d',
    text: '#e6e6e6',
    textMuted: '#b0b5bc',
    accent: '#a8c7fa',
    onAccent: '#062e6f',
    warning: '#fdd663',
    state: {
      closed: '#81d99b',
      open: '#ffa59e',
      half_open: '#fdd663',
      metrics_only: '#a8c7fa',
      disabled: '#b0b5bc',
      forced_open: '#dcb8ff',
    },
    bar: {
      closed: '#4a9a67',
      open: '#d9463e',
      half_open: '#c98f12',
      metrics_only: '#7ba6f2',
      disabled: '#7d848d',
      forced_open: '#a066dd',
    },
    onBar: {
      closed: '#0f0f0f',
      open: '#ffffff',
      half_open: '#0f0f0f',
      metrics_only: '#a8c7fa',
      disabled: '#0f0f0f',
      forced_open: '#0f0f0f',
    },
  },
}
