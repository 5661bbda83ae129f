import type * as core from '@fluxgate/core'
import type { devtoolsListener } from '@fluxgate/core/devtools'
import type * as fetching from '@fluxgate/core/fetch'

/** What a copy of the package has to offer. */
export type Copy = typeof core &
  typeof fetching & { readonly devtoolsListener: typeof devtoolsListener }

declare global {
  interface Window {
    /** Every copy in this page, in the order of their scripts. */
    copies?: readonly Copy[]
  }
}
