import { FluxgateDevtools } from '@fluxgate/devtools/production'
import { createRoot } from 'react-dom/client'
import { page } from './circuits.ts'

// the package is marked free of side effects: a bundler drops a module that only sets this
window.page = page

/** A page with the in-page panel. `?theme=dark` sets the theme. */
const theme = new URLSearchParams(location.search).get('theme')
const root = document.createElement('div')
document.body.append(root)
createRoot(root).render(
  <FluxgateDevtools theme={theme === 'dark' || theme === 'light' ? theme : 'system'} />,
)
