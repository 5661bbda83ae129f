/**
 * A listener's callback for a change of state that emits no signal. Registered, so that a watch of
 * another copy of the package is called too.
 */
export const onSilentChange: unique symbol = Symbol.for('fluxgate.onSilentChange') as never

export interface SilentChangeListener {
  [onSilentChange]?(): void
}
