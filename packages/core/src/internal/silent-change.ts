/**
 * A listener's callback for a change of state that emits no signal. Registered, so that a watch of
 * another copy of the package is called too.
 */
export const onSilentChange: unique symbol = Symbol.for('fluxgate.onSilentChange') as never

/** True for a listener of a user interface: a registry does not evict what it shows. */
export const keepsCircuit: unique symbol = Symbol.for('fluxgate.keepsCircuit') as never

export interface SilentChangeListener {
  [onSilentChange]?(): void
  readonly [keepsCircuit]?: boolean
}
