const MAX_TEXT = 500
const MAX_ITEMS = 50
const MAX_DEPTH = 20

/**
 * A small copy of a value, without cycles. Names, reasons and rule trees come from user code and can
 * have any size. Long texts, lists and deep trees are cut off; NaN and infinite numbers are omitted.
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
