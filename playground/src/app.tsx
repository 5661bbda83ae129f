import './app.css'
import { FluxgateDevtools } from '@fluxgate/devtools'
import type { ComponentType } from 'react'
import { BrowserView } from './browser/browser-view.tsx'
import { StormView } from './outage/outage-view.tsx'
import { PageView } from './page/page-view.tsx'
import { ServerView } from './server/server-view.tsx'
import { Logo } from './ui/logo.tsx'
import { useHash } from './ui/use-hash.ts'

interface View {
  /** What the address ends with; the first view is also shown for an unknown one. */
  hash: string
  title: string
  content: ComponentType
}

const views: [View, ...View[]] = [
  { hash: '#/browser', title: 'In the browser', content: BrowserView },
  { hash: '#/page', title: 'On a page', content: PageView },
  { hash: '#/server', title: 'On the server', content: ServerView },
  { hash: '#/storm', title: 'In a storm', content: StormView },
]

export function App() {
  const hash = useHash()
  const shown = views.find((view) => view.hash === hash) ?? views[0]
  return (
    <div className="app">
      <header className="app-header">
        <Logo />
        {views.length > 1 && (
          <nav aria-label="Views">
            {views.map(({ hash, title }) => (
              <a key={hash} href={hash} aria-current={hash === shown.hash ? 'page' : undefined}>
                {title}
              </a>
            ))}
          </nav>
        )}
        <span className="app-kind">Circuit breaker for TypeScript</span>
      </header>
      <main>
        <shown.content />
      </main>
      <FluxgateDevtools />
    </div>
  )
}
