import type { ThemeName } from '../panel/theme/palette.ts'
import { devtools } from './devtools-api.ts'

const { panels } = devtools
const listeners = new Set<() => void>()
let theme = themeOf(panels.themeName)

function change(name: string) {
  theme = themeOf(name)
  for (const listener of listeners) listener()
}

panels.setThemeChangeHandler?.(change)
panels.onThemeChanged?.addListener(change)

/** The theme of the DevTools, not of the system. */
export const devtoolsTheme = (): ThemeName => theme

export function subscribeTheme(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function themeOf(name: string): ThemeName {
  return name === 'dark' ? 'dark' : 'light'
}
