import type { Span } from '../../session/state.ts'

/** Limits of the visible length in ms. */
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

/** Changes the length by `factor`. The position of `anchor` on the screen does not change. */
export function zoom(view: Span, factor: number, anchor: number): Span {
  const span = view.to - view.from
  const length = Math.min(MAX_SPAN_MS, Math.max(MIN_SPAN_MS, span * factor))
  const from = anchor - ((anchor - view.from) / span) * length
  return { from, to: from + length }
}

/** A span from two times in any order. */
export function rangeBetween(a: number, b: number): Span {
  return a < b ? { from: a, to: b } : { from: b, to: a }
}
