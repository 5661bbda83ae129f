import * as z from 'zod/mini'

// Compiled schemas need `new Function`, which a strict CSP forbids in pages and in extensions.
z.config({ jitless: true })

/** A name, a reason, a rule in words. */
export const text = z.string().check(z.maxLength(500))
export const id = z.string().check(z.maxLength(100))
export const address = z.string().check(z.maxLength(2_000))
export const count = z.int().check(z.nonnegative())
export const amount = z.number().check(z.nonnegative())
const MAX_DATE = 8.64e15

/** Unix ms that a `Date` can hold. */
export const timestamp = amount.check(z.maximum(MAX_DATE))
/** The same, for a time in a future that may be as good as never. */
export const future = amount.check(z.overwrite((ms) => Math.min(ms, MAX_DATE)))

/** As many as a person looks at. */
export const list = <T extends z.core.SomeType>(item: T) => z.array(item).check(z.maxLength(50))

/**
 * Whether a tree is one that people can read, and code can walk: not too deep, and of not too many
 * nodes.
 */
export function isSmallTree<Node>(root: Node, childrenOf: (node: Node) => readonly Node[]) {
  let level: readonly Node[] = [root]
  let nodes = 0
  for (let depth = 0; level.length > 0; depth++) {
    nodes += level.length
    if (depth > 20 || nodes > 1_000) return false
    level = level.flatMap(childrenOf)
  }
  return true
}
