const KEY = 'fluxgate.devtools'

/** What the panel in the page remembers between visits. */
export interface InlineSettings {
  readonly open: boolean
  /** CSS pixels; absent until somebody has chosen one. */
  readonly height?: number
}

/** What was remembered; closed where nothing was, or where the page has no storage. */
export function loadSettings(): InlineSettings {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}')
    if (typeof value !== 'object' || value === null) return { open: false }
    const { open, height } = value as Record<string, unknown>
    return {
      open: open === true,
      ...(typeof height === 'number' && height > 0 && { height }),
    }
  } catch {
    return { open: false }
  }
}

export function saveSettings(settings: InlineSettings): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(settings))
  } catch {
    // full or forbidden: then it is not remembered
  }
}
