import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { InlinePanel } from './inline-panel.tsx'
import { adoptInlineStyles } from './inline-styles.ts'
import type { InlineTheme } from './inline-theme.ts'

/** Adds the button and the panel to the document. Returns a function that removes them. */
export function mountInline(theme: InlineTheme): () => void {
  const host = document.createElement('fluxgate-devtools')
  const shadow = host.attachShadow({ mode: 'open' })
  adoptInlineStyles(shadow)
  // outside of <body>: its transforms and filters would affect fixed elements inside it
  document.documentElement.append(host)
  // a React root of its own isolates errors of the panel from the app's
  const root = createRoot(shadow)
  root.render(
    <StrictMode>
      <InlinePanel theme={theme} />
    </StrictMode>,
  )
  return () => {
    host.remove()
    // React does not allow unmounting a root while another one renders
    queueMicrotask(() => root.unmount())
  }
}
