/**
 * The key under which a breaker and its rejections have the same object, for code that must know
 * which of several circuits of one name rejected a call. Registered, so that another copy of the
 * package finds it too.
 */
export const identity: unique symbol = Symbol.for('fluxgate.identity') as never

/** An object for `owner` that gives no access to it. Made when it is first read. */
export function identityOf(owner: { identity?: object }): object {
  owner.identity ??= Object.freeze({})
  return owner.identity
}
