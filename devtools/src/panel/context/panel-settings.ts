import { useSyncExternalStore } from 'react'
import type { RowOrder } from '../../session/state.ts'

const KEY = 'fluxgate.devtools.panel'

/** The settings that the panel keeps in `localStorage`, of the page or the extension. Sizes in CSS pixels. */
export interface PanelSettings {
  readonly preserveLog?: boolean
  readonly asTable?: boolean
  readonly legend?: boolean
  readonly order?: RowOrder
  readonly listWidth?: number
  readonly lowerHeight?: number
  readonly inspectorWidth?: number
}

type Key = keyof PanelSettings

const orders: readonly unknown[] = ['opened', 'name', 'trips', 'probe'] satisfies RowOrder[]
const isBoolean = (value: unknown) => typeof value === 'boolean'
const isSize = (value: unknown) => typeof value === 'number' && value > 0

const isValid: Readonly<Record<Key, (value: unknown) => boolean>> = {
  preserveLog: isBoolean,
  asTable: isBoolean,
  legend: isBoolean,
  order: (value) => orders.includes(value),
  listWidth: isSize,
  lowerHeight: isSize,
  inspectorWidth: isSize,
}

let settings: PanelSettings | undefined
const listeners = new Set<() => void>()

export function panelSettings(): PanelSettings {
  settings ??= load()
  return settings
}

export function changeSetting<K extends Key>(key: K, value: PanelSettings[K]): void {
  settings = { ...panelSettings(), [key]: value }
  try {
    localStorage.setItem(KEY, JSON.stringify(settings))
  } catch {
    // the storage is full or forbidden: the setting lasts as long as the panel
  }
  for (const listener of listeners) listener()
}

/** Re-renders when the setting changes. */
export function useSetting<K extends Key>(key: K): PanelSettings[K] {
  return useSyncExternalStore(subscribe, () => panelSettings()[key])
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function load(): PanelSettings {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}')
    if (typeof stored !== 'object' || stored === null) return {}
    const entries = Object.entries(stored).filter(
      ([key, value]) => Object.hasOwn(isValid, key) && isValid[key as Key](value),
    )
    return Object.fromEntries(entries)
  } catch {
    return {}
  }
}
