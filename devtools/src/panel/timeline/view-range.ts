import type { Span } from '../../session/state.ts'

/** Beyond these there is nothing to see: single milliseconds, or more than a month. */
const MIN_SPAN_MS = 10
const MAX_SPAN_MS = 31 * 24 * 3_600_000

export function xOf(at: number, view: Span, width: number): number {
  return ((at - view.from) / (view.to - view.from)) * width
}

export function timeAt(x: number, view: Span, width: number): number {
  return view.from + (x / width) * (view.to - view.from)
}

export function pan(view: Span, byMs: number): Span {
  return { from: view.from + byMs, to: view.to + byMs }
}

/** Shows `factor` times as much time, with `anchor` staying where it is on the screen. */
export function zoom(view: Span, factor: number, anchor: number): Span {
  const span = view.to - view.from
  const wanted = Math.min(MAX_SPAN_MS, Math.max(MIN_SPAN_MS, span * factor))
  const from = anchor - ((anchor - view.from) / span) * wanted
  return { from, to: from + wanted }
}

/** Two ends in the order of time. */
export function rangeBetween(a: number, b: number): Span {
  return a < b ? { from: a, to: b } : { from: b, to: a }
}
