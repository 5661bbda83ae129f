/**
 * A policy as data: the function that creates it, and its arguments. For example,
 * `{ type: 'failureRate', args: [0.5] }` stands for `failureRate(0.5)`, and
 * `{ type: 'and', args: [a, b] }` for `a.and(b)`. Functions and classes appear by name.
 */
export interface PolicyJson {
  readonly type: string
  readonly args: readonly (string | number | PolicyJson | Readonly<Record<string, number>>)[]
}

/** @internal A policy: `members`, and `toJSON()` for the function and the arguments that made it. */
export function policy<T extends object>(
  type: string,
  args: PolicyJson['args'],
  members: T,
): Readonly<T & { toJSON(): PolicyJson }> {
  return Object.freeze({ ...members, toJSON: () => ({ type, args }) })
}
