import { useEffect } from 'react'
import type { InlineTheme } from './inline-theme.ts'
import { mountInline } from './mount-inline.tsx'

/** Options of {@link FluxgateDevtools}. */
export interface FluxgateDevtoolsProps {
  /** `system`, the default, follows the reader's setting, also when it changes. */
  readonly theme?: InlineTheme
}

/**
 * The devtools in the page itself, for where no extension can be installed: a button in the corner,
 * and behind it the same panel as in the browser's DevTools.
 *
 * The panel is loaded when it is opened for the first time, stands in a shadow root, and reads
 * nothing while it is closed. It remembers in `localStorage` whether it is open and how high it is.
 * It adds no element with styles or scripts of its own, so a strict content security policy needs
 * no exception and no nonce for it. On the server it renders nothing.
 *
 * It shows the circuits that have `devtoolsListener()` of `@fluxgate/core/devtools`.
 *
 * @example
 * {import.meta.env.DEV && <FluxgateDevtools />}
 */
export function FluxgateDevtools({ theme = 'system' }: FluxgateDevtoolsProps): null {
  useEffect(() => mountInline(theme), [theme])
  return null
}
