import type { Circuit, Span } from './state.ts'

/**
 * Estimates how many calls were rejected in each of `buckets` equal parts of `span`. The rejections
 * between two counts are distributed evenly over the time between them.
 *
 * A count exists for every transition and for every read of a panel.
 */
export function rejectionsIn(circuit: Circuit, span: Span, buckets: number): readonly number[] {
  const density = new Array<number>(buckets).fill(0)
  const widthMs = (span.to - span.from) / buckets
  const { counts, added } = circuit
  let position = counts.search(({ timestamp }) => timestamp > span.from)
  let before = counts.at(position - 1)
  if (position === 0) before = added && { total: 0, timestamp: added.snapshot.since }
  for (; position < counts.length; position++) {
    const count = counts.at(position)
    if (count === undefined) break
    const rejected = count.total - (before?.total ?? 0)
    const since = Math.min(before?.timestamp ?? count.timestamp, count.timestamp)
    if (rejected > 0)
      distribute(
        density,
        rejected,
        (since - span.from) / widthMs,
        (count.timestamp - span.from) / widthMs,
      )
    if (since >= span.to) break
    before = count
  }
  return density
}

/** Distributes `amount` over the buckets between two fractional positions, by their overlap. */
function distribute(density: number[], amount: number, from: number, to: number): void {
  if (to - from < Number.EPSILON) {
    const bucket = Math.floor(to)
    if (bucket in density) density[bucket] = (density[bucket] ?? 0) + amount
    return
  }
  const last = Math.min(density.length - 1, Math.floor(to))
  for (let bucket = Math.max(0, Math.floor(from)); bucket <= last; bucket++) {
    const share = (Math.min(to, bucket + 1) - Math.max(from, bucket)) / (to - from)
    density[bucket] = (density[bucket] ?? 0) + amount * share
  }
}
