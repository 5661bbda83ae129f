/** Unix time in ms that does not follow a shifted `Date.now`. Processes of one machine agree on it. */
export function realNow(): number {
  return performance.timeOrigin + performance.now()
}
