import type { ThemeName } from '../panel/theme/palette.ts'
import { devtools } from './devtools-api.ts'

const { panels } = devtools
const listeners = new Set<() => void>()
let theme = themeOf(panels.themeName)

function setTheme(name: string) {
  theme = themeOf(name)
  for (const listener of listeners) listener()
}

panels.setThemeChangeHandler?.(setTheme)
panels.onThemeChanged?.addListener(setTheme)

/** The theme of the browser's DevTools. It can differ from the system theme. */
export const devtoolsTheme = (): ThemeName => theme

export function subscribeTheme(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function themeOf(name: string): ThemeName {
  return name === 'dark' ? 'dark' : 'light'
}
