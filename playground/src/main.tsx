import '@fontsource-variable/geist'
import '@fontsource-variable/geist-mono'
import './styles/tokens.css'
import './styles/base.css'
import { isCallNotPermitted } from '@fluxgate/core'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no #root')
createRoot(root, {
  // a boundary that catches a rejection works as intended
  onCaughtError: (error) => isCallNotPermitted(error) || console.error(error),
}).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
