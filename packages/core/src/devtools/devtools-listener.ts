import { checkBoolean, checkCount, checkOptions } from '../internal/validation.ts'
import type { ListenerObject } from '../listeners/listener.ts'
import type { CircuitHandle } from '../model/circuit-handle.ts'
import { sharedHook } from './shared-hook.ts'

/** Options of {@link devtoolsListener}. */
export interface DevtoolsListenerOptions {
  /** Events to keep per circuit, whole number of at least 1, default 200. */
  readonly capacity?: number | undefined
  /** Whether the devtools may move circuits, default true. */
  readonly controls?: boolean | undefined
}

/**
 * Shows circuits in the Fluxgate devtools.
 *
 * All listeners share one object on `globalThis`, which the devtools read; it talks to nobody by
 * itself. A transition costs one push into a bounded log, a successful call costs nothing. It holds
 * no circuit: one that the app lets go is collected.
 *
 * Two circuits of one name are shown as two, never mixed; so is one that has two of these listeners.
 *
 * @throws TypeError or RangeError when an option is wrong
 * @example
 * new CircuitBreaker({ name: 'payments', listeners: [import.meta.env.DEV && devtoolsListener()] })
 */
export function devtoolsListener(options: DevtoolsListenerOptions = {}): ListenerObject {
  checkOptions('devtoolsListener', options, { capacity: checkCount, controls: checkBoolean })
  const { capacity = 200, controls = true } = options
  const hook = sharedHook()
  return { onAttach: (circuit: CircuitHandle) => hook?.attach(circuit, capacity, controls) }
}
