import { StrictMode, useSyncExternalStore } from 'react'
import { createRoot } from 'react-dom/client'
import { Panel } from '../panel/app/panel.tsx'
import { adoptPanelStyles } from '../panel/app/panel-styles.ts'
import { wallClock } from '../panel/app/wall-clock.ts'
import { openSession } from '../session/session.ts'
import { evalTransport } from '../transports/eval-transport.ts'
import { hiddenEvent, shownEvent } from './devtools-api.ts'
import { devtoolsTheme, subscribeTheme } from './devtools-theme.ts'
import { inspectedWindow } from './evaluator.ts'

const session = openSession(evalTransport(inspectedWindow, { now: wallClock }), wallClock)

addEventListener(shownEvent, () => session.setVisible(true))
addEventListener(hiddenEvent, () => session.setVisible(false))

function PanelPage() {
  const theme = useSyncExternalStore(subscribeTheme, devtoolsTheme)
  return <Panel session={session} theme={theme} now={wallClock} />
}

adoptPanelStyles(document)
const container = document.querySelector('main')
if (container === null) throw new Error('panel-page.html has no <main> for the panel')
createRoot(container).render(
  <StrictMode>
    <PanelPage />
  </StrictMode>,
)
