import * as z from 'zod/mini'

// Compiled schemas need `new Function`, which a strict CSP forbids in pages and in extensions.
z.config({ jitless: true })

/** Refined by hand: of the checks that the library has, each would be some more to load. */
const upTo = (most: number) => z.refine<{ readonly length: number }>(({ length }) => length <= most)

/** A name, a reason, a rule in words. */
export const text = z.string().check(upTo(500))
export const id = z.string().check(upTo(100))
export const address = z.string().check(upTo(2_000))
export const count = z
  .number()
  .check(z.refine((value) => Number.isSafeInteger(value) && value >= 0))
export const amount = z.number().check(z.refine((value) => value >= 0))
const MAX_DATE = 8.64e15

/** Unix ms that a `Date` can hold. */
export const timestamp = z.number().check(z.refine((ms) => ms >= 0 && ms <= MAX_DATE))
/** The same, for a time in a future that may be as good as never. */
export const future = amount.check(z.overwrite((ms) => Math.min(ms, MAX_DATE)))

/** As many as a person looks at, if nothing else is said. */
export const list = <T extends z.core.SomeType>(item: T, most = 50) =>
  z.array(item).check(upTo(most))

/** As many as come, to be looked at one by one. */
export const many = (most = Number.POSITIVE_INFINITY) =>
  z.custom<readonly unknown[]>((value) => Array.isArray(value) && value.length <= most)

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
