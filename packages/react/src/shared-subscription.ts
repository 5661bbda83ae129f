export type Subscribe = (changed: () => void) => () => void

/**
 * One subscription for all who ask for it: begun for the first, ended when the last has left.
 *
 * @param begin is given what tells them all, and returns its undo
 */
export function sharedSubscription(begin: (tell: () => void) => () => void): Subscribe {
  const members = new Set<() => void>()
  const tell = () => {
    for (const changed of members) changed()
  }
  let end = () => {}
  return (changed) => {
    members.add(changed)
    if (members.size === 1) end = begin(tell)
    return () => {
      members.delete(changed)
      if (members.size === 0) end()
    }
  }
}
