import { FluxgateDevtools } from '@fluxgate/devtools/production'
import { createRoot, type Root } from 'react-dom/client'
import { page } from './circuits.ts'

declare global {
  interface Window {
    /** Unmounts the panel that was mounted first. */
    unmountPanel: () => void
  }
}

// the package is marked free of side effects: a bundler drops a module that only sets this
window.page = page

/** A page with the in-page panel. `?theme=dark` sets the theme, `?panels=2` mounts it twice. */
const query = new URLSearchParams(location.search)
const theme = query.get('theme')
const roots: Root[] = []
for (let panel = 0; panel < Number(query.get('panels') ?? 1); panel++) {
  const container = document.createElement('div')
  document.body.append(container)
  const root = createRoot(container)
  roots.push(root)
  root.render(<FluxgateDevtools theme={theme === 'dark' || theme === 'light' ? theme : 'system'} />)
}
window.unmountPanel = () => roots.shift()?.unmount()
