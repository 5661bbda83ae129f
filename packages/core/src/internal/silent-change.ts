/** What the listeners of this package have beside their callbacks. Also in another copy of it. */
export interface SilentChangeListener {
  /** Called for a change of state that emits no signal. */
  onSilentChange?(): void
  /** True for a listener of a user interface: a registry does not evict what it shows. */
  readonly keepsCircuit?: boolean
}
