'use client'

import { useEffect } from 'react'
import type { InlineTheme } from './inline-theme.ts'
import { mountInline } from './mount-inline.tsx'

/** Props of {@link FluxgateDevtools}. */
export interface FluxgateDevtoolsProps {
  /** Default `'system'`: follows the operating system, also when that changes. */
  readonly theme?: InlineTheme
}

/**
 * The devtools panel inside the page, for environments without the browser extension. It adds a
 * button at the bottom right, which opens the same panel as the extension.
 *
 * The panel is loaded when it is opened for the first time, and reads nothing while it is closed.
 * `localStorage` keeps whether it is open, and its sizes. It renders into a shadow root with adopted
 * style sheets, so a strict content security policy needs no exception and no nonce. On a server the
 * component renders nothing. Of several in one document, one is shown.
 *
 * It shows the circuits that have `devtoolsListener()` of `@fluxgate/core/devtools`.
 */
export function InlineDevtools({ theme = 'system' }: FluxgateDevtoolsProps): null {
  useEffect(() => mountInline(theme), [theme])
  return null
}
