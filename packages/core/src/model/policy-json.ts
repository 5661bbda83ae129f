/**
 * A policy as data: the function that creates it, and its arguments. For example,
 * `{ type: 'failureRate', args: [0.5] }` stands for `failureRate(0.5)`, and
 * `{ type: 'and', args: [a, b] }` for `a.and(b)`. Functions and classes appear by name.
 */
export interface PolicyJson {
  readonly type: string
  readonly args: readonly (string | number | PolicyJson | Readonly<Record<string, number>>)[]
}
