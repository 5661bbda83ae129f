const KEY = 'fluxgate.devtools'

/** The settings of the in-page panel that are kept in `localStorage`. */
export interface InlineSettings {
  readonly open: boolean
  /** CSS pixels. Absent until the user resizes the panel. */
  readonly height?: number
}

/** Reads the settings. Without storage or a valid entry, the panel is closed. */
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
    // the storage is full or forbidden: the setting is not kept
  }
}
