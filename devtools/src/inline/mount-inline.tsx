import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { InlinePanel } from './inline-panel.tsx'
import { adoptInlineStyles } from './inline-styles.ts'
import type { InlineTheme } from './inline-theme.ts'
import { isolateEvents } from './isolate-events.ts'
import { keepInTopLayer } from './top-layer.ts'

/** A `<FluxgateDevtools />` of the page. */
interface Mount {
  /** Does nothing when it is shown already. */
  show(): void
}

/**
 * Shows the button and the panel. Of several mounts in a document, also of several copies of this
 * package, only the first is shown. Returns a function that unmounts it.
 */
export function mountInline(theme: InlineTheme): () => void {
  const mounts = mountsOfDocument()
  let remove: (() => void) | undefined
  const mount: Mount = {
    show() {
      remove ??= render(theme)
    },
  }
  mounts.push(mount)
  mounts[0]?.show()
  return () => {
    mounts.splice(mounts.indexOf(mount), 1)
    remove?.()
    mounts[0]?.show()
  }
}

const mountsKey = Symbol.for('fluxgate.devtools.inline/v1')

function mountsOfDocument(): Mount[] {
  const existing: unknown = Reflect.get(document, mountsKey)
  if (Array.isArray(existing)) return existing
  const mounts: Mount[] = []
  Object.defineProperty(document, mountsKey, { value: mounts, configurable: true })
  return mounts
}

/** Adds the panel to the document, in a shadow root. Returns a function that removes it. */
function render(theme: InlineTheme): () => void {
  const host = document.createElement('fluxgate-devtools')
  const shadow = host.attachShadow({ mode: 'open' })
  adoptInlineStyles(shadow)
  // adds the height of the dock to the page, so that its end can be scrolled into view
  const space = document.createElement('fluxgate-devtools-space')
  space.style.setProperty('display', 'block', 'important')
  const setHeight = (height: number) =>
    space.style.setProperty('height', `${height}px`, 'important')
  // outside of <body>: its transforms and filters would affect fixed elements inside it
  document.documentElement.append(space, host)
  const stopIsolation = isolateEvents(host)
  const stopTopLayer = keepInTopLayer(host)
  // a React root of its own isolates errors of the panel from the app's
  const root = createRoot(shadow)
  root.render(
    <StrictMode>
      <InlinePanel theme={theme} onHeight={setHeight} />
    </StrictMode>,
  )
  return () => {
    stopIsolation()
    stopTopLayer()
    host.remove()
    space.remove()
    // React does not allow unmounting a root while another one renders
    queueMicrotask(() => root.unmount())
  }
}
