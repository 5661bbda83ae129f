import { StrictMode, useSyncExternalStore } from 'react'
import { createRoot } from 'react-dom/client'
import { Panel } from '../panel/app/panel.tsx'
import { adoptPanelStyles } from '../panel/app/panel-styles.ts'
import { wallClock } from '../panel/app/wall-clock.ts'
import type { ThemeName } from '../panel/theme/palette.ts'
import { openSession } from '../session/session.ts'
import { httpTransport } from '../transports/http-transport.ts'

/** The page of `inspect` and `serveDevtools`: the panel for one or several Node processes. */
const session = openSession(
  httpTransport({
    now: wallClock,
    token: location.hash.slice(1),
    fetch: (path, init) => fetch(path, init),
  }),
  wallClock,
)

// the events of a process that crashed stay
session.dispatch({ type: 'preserve-log', on: true })

const updateVisibility = () => session.setVisible(document.visibilityState === 'visible')
document.addEventListener('visibilitychange', updateVisibility)
updateVisibility()
// the address of a restarted server can differ only in its token
addEventListener('hashchange', () => location.reload())

const darkQuery = matchMedia('(prefers-color-scheme: dark)')
const readTheme = (): ThemeName => (darkQuery.matches ? 'dark' : 'light')
const subscribeTheme = (onChange: () => void) => {
  darkQuery.addEventListener('change', onChange)
  return () => darkQuery.removeEventListener('change', onChange)
}

function Page() {
  const theme = useSyncExternalStore(subscribeTheme, readTheme)
  return <Panel session={session} theme={theme} now={wallClock} />
}

const sheet = new CSSStyleSheet()
sheet.replaceSync('html, body, main { height: 100%; margin: 0 } :root { color-scheme: light dark }')
document.adoptedStyleSheets = [sheet]
adoptPanelStyles(document)
const container = document.querySelector('main')
if (container === null) throw new Error('index.html has no <main> for the panel')
createRoot(container).render(
  <StrictMode>
    <Page />
  </StrictMode>,
)
