/**
 * The key under which a breaker and its rejections have the same object, for code that must know
 * which of several circuits of one name rejected a call. Registered, so that another copy of the
 * package finds it too.
 */
export const identity: unique symbol = Symbol.for('fluxgate.identity') as never

const identities = new WeakMap<object, object>()

/** An object for `owner` that gives no access to it. Made when it is first read. */
export function identityOf(owner: object): object {
  let found = identities.get(owner)
  if (found === undefined) {
    found = Object.freeze({})
    identities.set(owner, found)
  }
  return found
}
