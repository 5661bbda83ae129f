import type * as core from '@fluxgate/core'
import type { devtoolsListener } from '@fluxgate/core/devtools'
import type * as fetching from '@fluxgate/core/fetch'

/** The exports of one copy of the package. */
export type Bundle = typeof core &
  typeof fetching & { readonly devtoolsListener: typeof devtoolsListener }

declare global {
  interface Window {
    /** The copies in this page, in the order of their scripts. */
    bundles?: readonly Bundle[]
  }
}
