import type { Palette } from './palette.ts'

/** A CSS rule that defines the colours of a theme as custom properties: `--text-muted`, `--bar-open`. */
export function paletteRule(theme: string, palette: Palette): string {
  const { state, bar, onBar: _, ...plain } = palette
  const variables = [
    ...Object.entries(plain),
    ...Object.entries(state).map(([key, color]) => [`state-${key}`, color] as const),
    ...Object.entries(bar).map(([key, color]) => [`bar-${key}`, color] as const),
  ]
  return `[data-theme=${theme}]{color-scheme:${theme};${variables
    .map(([key, color]) => `--${kebabCase(key)}:${color};`)
    .join('')}}`
}

function kebabCase(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}
