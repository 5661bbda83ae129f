import { checkBoolean, checkCount, checkOptions } from '../internal/validation.ts'
import type { ListenerObject } from '../listeners/listener.ts'
import type { CircuitHandle } from '../model/circuit-handle.ts'
import { observedOnly } from './observed-circuit.ts'
import { sharedHook } from './shared-hook.ts'

/** Options of {@link devtoolsListener}. */
export interface DevtoolsListenerOptions {
  /** Events to keep per circuit, whole number of at least 1, default 200. */
  readonly capacity?: number | undefined
  /** Whether the devtools may run commands such as `reset`, default true. */
  readonly controls?: boolean | undefined
}

/**
 * Shows circuits in the Fluxgate devtools.
 *
 * All listeners write to one object on `globalThis`, which the devtools read. That object sends
 * nothing by itself, and keeps only weak references to circuits. A transition adds an event to a
 * bounded log. A successful call has no extra cost.
 *
 * Two circuits of the same name are shown separately. A circuit with two of these listeners is shown
 * twice.
 *
 * @throws TypeError or RangeError when an option is invalid
 * @example
 * new CircuitBreaker({ name: 'payments', listeners: [import.meta.env.DEV && devtoolsListener()] })
 */
export function devtoolsListener(options: DevtoolsListenerOptions = {}): ListenerObject {
  checkOptions('devtoolsListener', options, { capacity: checkCount, controls: checkBoolean })
  const { capacity = 200, controls = true } = options
  const hook = sharedHook()
  return {
    onAttach: (circuit: CircuitHandle) =>
      hook?.attach(controls ? circuit : observedOnly(circuit), capacity, controls),
  }
}
