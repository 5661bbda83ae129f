/** The packages under test, as one runtime resolves them. */
export interface Subject {
  readonly core: typeof import('@fluxgate/core')
  readonly fetch: typeof import('@fluxgate/core/fetch')
  readonly devtools: typeof import('@fluxgate/core/devtools')
  readonly testing: typeof import('@fluxgate/core/testing')
  readonly view: typeof import('@fluxgate/core/view')
  /** The namespaces of `@fluxgate/listeners/*`. */
  readonly listeners: {
    readonly openTelemetry: Record<string, unknown>
    readonly prometheus: Record<string, unknown>
    readonly slack: Record<string, unknown>
  }
  /** Whether the runtime must resolve the server side of the conditional exports. */
  readonly isServer: boolean
  /** A second copy of the package, as when two bundles of a page contain it. */
  readonly copy: { readonly core: typeof import('@fluxgate/core') }
}
