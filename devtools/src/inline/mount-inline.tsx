import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { InlinePanel } from './inline-panel.tsx'
import { adoptInlineStyles } from './inline-styles.ts'
import type { InlineTheme } from './inline-theme.ts'

/** Puts the button, and the panel behind it, at the end of the page; returns the undo. */
export function mountInline(theme: InlineTheme): () => void {
  const host = document.createElement('fluxgate-devtools')
  const shadow = host.attachShadow({ mode: 'open' })
  adoptInlineStyles(shadow)
  // beside the body, whose transforms and filters would move and colour what is fixed in it
  document.documentElement.append(host)
  // a root of its own: nothing that goes wrong in here reaches the app, nor the other way round
  const root = createRoot(shadow)
  root.render(
    <StrictMode>
      <InlinePanel theme={theme} />
    </StrictMode>,
  )
  return () => {
    host.remove()
    // React forbids to unmount a root while it renders another one
    queueMicrotask(() => root.unmount())
  }
}
