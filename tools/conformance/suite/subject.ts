/** What the suite is run against: the package as one runtime resolves it. */
export interface Subject {
  readonly core: typeof import('@fluxgate/core')
  readonly fetch: typeof import('@fluxgate/core/fetch')
  readonly devtools: typeof import('@fluxgate/core/devtools')
  readonly testing: typeof import('@fluxgate/core/testing')
  /** The namespaces of `@fluxgate/listeners/*`. */
  readonly listeners: {
    readonly prometheus: Record<string, unknown>
    readonly slack: Record<string, unknown>
  }
  /** Which side of the conditional exports the runtime should get. */
  readonly isServer: boolean
  /** The package loaded a second time, as when two bundles of one page have it. */
  readonly copy: { readonly core: typeof import('@fluxgate/core') }
}
