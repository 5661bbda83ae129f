import { CircuitBreaker } from '@fluxgate/core'

declare global {
  var watched: Watched
}

/** What the test asks the page, and what a reload would forget. */
interface Watched {
  circuit: CircuitBreaker
  /** The subscriptions that were not undone, of each circuit that ever had one. */
  subscriptions: Map<CircuitBreaker, number>
  calls: Set<unknown>
  renders: number
}

const { subscribe } = CircuitBreaker.prototype
CircuitBreaker.prototype.subscribe = function (listener) {
  const count = (change: number) =>
    watched.subscriptions.set(this, (watched.subscriptions.get(this) ?? 0) + change)
  const leave = subscribe.call(this, listener)
  count(1)
  return () => {
    count(-1)
    leave()
  }
}

globalThis.watched = {
  circuit: new CircuitBreaker({ name: 'payments' }),
  subscriptions: new Map(),
  calls: new Set(),
  renders: 0,
}
