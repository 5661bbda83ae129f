import * as z from 'zod/mini'

// zod/mini, not zod: the classic API compiles object schemas with `new Function`, and probes for it
// when a schema is created. A strict CSP blocks both and reports them. Switching that off with
// `z.config({ jitless: true })` would also affect the schemas of the page.

// Refinements instead of zod's own checks: each of those adds to the size of the panel.
const maxLength = (max: number) =>
  z.refine<{ readonly length: number }>(({ length }) => length <= max)

/** A name, a reason or the label of a rule. At most 500 characters. */
export const text = z.string().check(maxLength(500))
/** At most 100 characters. */
export const id = z.string().check(maxLength(100))
/** A URL. At most 2,000 characters. */
export const address = z.string().check(maxLength(2_000))
/** A whole number of at least 0. */
export const count = z
  .number()
  .check(z.refine((value) => Number.isSafeInteger(value) && value >= 0))
/** A number of at least 0. */
export const amount = z.number().check(z.refine((value) => value >= 0))

/** The last moment that a `Date` can represent, in Unix ms. */
const MAX_DATE = 8.64e15

/** Unix ms that a `Date` can represent. */
export const timestamp = z.number().check(z.refine((ms) => ms >= 0 && ms <= MAX_DATE))
/** Unix ms. A later time than a `Date` can represent is clamped. */
export const clampedTimestamp = amount.check(z.overwrite((ms) => Math.min(ms, MAX_DATE)))

/** An array of at most `max` items, 50 by default. */
export const list = <T extends z.core.SomeType>(item: T, max = 50) =>
  z.array(item).check(maxLength(max))

/** An array of at most `max` unchecked items, unlimited by default. */
export const uncheckedList = (max = Number.POSITIVE_INFINITY) =>
  z.custom<readonly unknown[]>((value) => Array.isArray(value) && value.length <= max)

/** Whether a tree has at most 21 levels and 1,000 nodes. */
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
