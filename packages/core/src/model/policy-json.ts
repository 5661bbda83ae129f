/**
 * A policy as data: the function that makes it and what it was given, so that
 * `{ type: 'failureRate', args: [0.5] }` reads back as `failureRate(0.5)`, and
 * `{ type: 'and', args: [a, b] }` as `a.and(b)`. Functions and classes appear by name.
 */
export interface PolicyJson {
  readonly type: string
  readonly args: readonly (string | number | PolicyJson | Readonly<Record<string, number>>)[]
}
