const MAX_TEXT = 500
const MAX_ITEMS = 50
const MAX_DEPTH = 20

/**
 * A copy of a value that is small and has no cycles: names, reasons and rule trees may come from
 * code that is not ours. What does not fit is cut off, and what is no number left out.
 */
export function plain<T>(value: T, depth?: number): T
export function plain(value: unknown, depth = MAX_DEPTH): unknown {
  if (typeof value === 'string') return value.slice(0, MAX_TEXT)
  if (typeof value === 'number' && !Number.isFinite(value)) return undefined
  if (typeof value !== 'object' || value === null) return value
  if (depth === 0) return undefined
  if (Array.isArray(value)) return value.slice(0, MAX_ITEMS).map((item) => plain(item, depth - 1))
  const entries = Object.entries(value).slice(0, MAX_ITEMS)
  return Object.fromEntries(entries.map(([key, item]) => [key, plain(item, depth - 1)]))
}
