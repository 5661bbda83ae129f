import './app.css'
import { FluxgateDevtools } from '@fluxgate/devtools/production'
import type { ComponentType } from 'react'
import { BrowserView } from './browser/browser-view.tsx'
import { OutageView } from './outage/outage-view.tsx'
import { PageView } from './page/page-view.tsx'
import { ServerView } from './server/server-view.tsx'
import { Logo } from './ui/logo.tsx'
import { useHash } from './ui/use-hash.ts'

interface View {
  /** The fragment of its URL. An unknown fragment shows the first view. */
  hash: string
  title: string
  content: ComponentType
}

const views: [View, ...View[]] = [
  { hash: '#/browser', title: 'In the browser', content: BrowserView },
  { hash: '#/page', title: 'On a page', content: PageView },
  { hash: '#/server', title: 'On the server', content: ServerView },
  { hash: '#/outage', title: 'In a storm', content: OutageView },
]

export function App() {
  const hash = useHash()
  const current = views.find((view) => view.hash === hash) ?? views[0]
  return (
    <div className="app">
      <header className="app-header">
        <Logo />
        {views.length > 1 && (
          <nav aria-label="Views">
            {views.map(({ hash, title }) => (
              <a key={hash} href={hash} aria-current={hash === current.hash ? 'page' : undefined}>
                {title}
              </a>
            ))}
          </nav>
        )}
        <span className="app-kind">Circuit breaker for TypeScript</span>
      </header>
      <main>
        <current.content />
      </main>
      <FluxgateDevtools />
    </div>
  )
}
