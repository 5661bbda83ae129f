export interface Point {
  readonly x: number
  readonly y: number
}

/**
 * The growth of `y` per unit of `x`: the median of the slopes between all pairs (Theil–Sen estimator).
 * Outliers, such as memory just before a garbage collection, have little influence.
 */
export function slope(points: readonly Point[]): number {
  const slopes = points.flatMap((a, i) =>
    points.slice(i + 1).map((b) => (b.x === a.x ? 0 : (b.y - a.y) / (b.x - a.x))),
  )
  return median(slopes)
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length / 2
  const [low = 0, high = low] = sorted.slice(Math.ceil(middle) - 1, Math.floor(middle) + 1)
  return sorted.length === 0 ? 0 : (low + high) / 2
}

/** Drops the first fifth, when caches fill and code is compiled. */
export function afterWarmUp<P extends Point>(points: readonly P[]): readonly P[] {
  return points.slice(Math.floor(points.length / 5))
}
