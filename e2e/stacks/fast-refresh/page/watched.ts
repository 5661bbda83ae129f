import { CircuitBreaker } from '@fluxgate/core'

declare global {
  var watched: Watched
}

/** State that the test reads. A reload would reset it. */
interface Watched {
  circuit: CircuitBreaker
  /** The open subscriptions of each circuit. */
  subscriptions: Map<CircuitBreaker, number>
  calls: Set<unknown>
  renders: number
}

const { subscribe } = CircuitBreaker.prototype
CircuitBreaker.prototype.subscribe = function (listener) {
  const count = (change: number) =>
    watched.subscriptions.set(this, (watched.subscriptions.get(this) ?? 0) + change)
  const unsubscribe = subscribe.call(this, listener)
  count(1)
  return () => {
    count(-1)
    unsubscribe()
  }
}

globalThis.watched = {
  circuit: new CircuitBreaker({ name: 'payments' }),
  subscriptions: new Map(),
  calls: new Set(),
  renders: 0,
}
