/** Calls `onChange` for each change; returns a function that unsubscribes. */
export type Subscribe = (onChange: () => void) => () => void

/**
 * One subscription for any number of subscribers. It starts with the first and ends with the last.
 *
 * @param start starts the subscription; gets a function that notifies all subscribers, and returns
 * the cleanup
 */
export function sharedSubscription(start: (notify: () => void) => () => void): Subscribe {
  const subscribers = new Set<() => void>()
  const notify = () => {
    for (const onChange of subscribers) onChange()
  }
  let cleanup = () => {}
  return (onChange) => {
    subscribers.add(onChange)
    if (subscribers.size === 1) cleanup = start(notify)
    return () => {
      subscribers.delete(onChange)
      if (subscribers.size === 0) cleanup()
    }
  }
}
