/** A state change of the circuit of a tab. */
export interface Change {
  /** Unix time in ms, of the clock that all tabs share. */
  readonly at: number
  readonly from: string
  readonly to: string
  readonly cause: string
  readonly reason: string
}

/** `window.rig` of a page under test: one shared circuit, and calls through it. */
export interface TabRig {
  readonly changes: readonly Change[]
  /** Errors that `onError` received. */
  readonly errors: readonly string[]
  /** `persisted` of each `pageshow` event. */
  readonly shows: readonly boolean[]
  /** The longest time in ms in which a rejected call rejected. */
  readonly slowestRejectionMs: number
  state(): string
  retryAfterMs(): number | undefined
  /** Calls the service until {@link stop}. */
  start(callsPerSecond: number): void
  stop(): void
  /** Makes one call. Resolves with `'ok'`, `'failed'` or `'rejected'`. */
  call(): Promise<string>
  command(name: 'trip' | 'reset' | 'forceOpen' | 'disable'): void
}

declare global {
  interface Window {
    rig: TabRig
  }
}

/** The settings in the query of a page's URL. */
export interface TabSettings {
  /** Identifies the calls of this tab. */
  readonly tab: string
  readonly cooldownMs?: number
  /** The duration of a ramp. Default: none. */
  readonly rampMs?: number
  /** The browser interface that the page removes before it creates the circuit. */
  readonly without?: 'storage' | 'channel' | 'locks'
}
