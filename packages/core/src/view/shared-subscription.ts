/** Calls `onChange` for each change; returns a function that unsubscribes. */
export type Subscribe = (onChange: () => void) => () => void

/**
 * One subscription for any number of subscribers. It starts with the first and ends with the last.
 *
 * @param start starts the subscription; gets a function that notifies all subscribers, and returns
 * the cleanup
 */
export function sharedSubscription(start: (notify: () => void) => () => void): Subscribe {
  // objects, because one function can be subscribed twice
  const subscribers = new Set<{ readonly onChange: () => void }>()
  let cleanup = () => {}

  const notify = () => {
    const errors: unknown[] = []
    for (const subscriber of [...subscribers]) {
      try {
        if (subscribers.has(subscriber)) subscriber.onChange()
      } catch (error) {
        errors.push(error)
      }
    }
    // after all of them are notified, as if only this one had been subscribed
    if (errors.length > 0) throw errors[0]
  }

  return (onChange) => {
    const subscriber = { onChange }
    subscribers.add(subscriber)
    if (subscribers.size === 1) cleanup = start(notify)
    return () => {
      if (subscribers.delete(subscriber) && subscribers.size === 0) cleanup()
    }
  }
}
