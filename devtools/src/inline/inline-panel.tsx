import { lazy, Suspense, useEffect, useRef, useState, useSyncExternalStore } from 'react'
import type { ThemeName } from '../panel/theme/palette.ts'
import { Splitter } from '../panel/ui/splitter.tsx'
import type { InlineTheme } from './inline-theme.ts'
import { loadSettings, saveSettings } from './settings.ts'

const OpenPanel = lazy(() => import('./open-panel.tsx'))

const MIN_HEIGHT = 160

export interface InlinePanelProps {
  readonly theme: InlineTheme
  /** Called with the height of the dock in CSS pixels; 0 while it is closed. */
  readonly onHeight: (height: number) => void
}

/** The button at the bottom right, and the dock that it opens. */
export function InlinePanel({ theme: chosenTheme, onHeight }: InlinePanelProps) {
  const [settings, setSettings] = useState(loadSettings)
  const toggle = useRef<HTMLButtonElement>(null)
  const wasOpen = useRef(settings.open)
  const systemTheme = useSyncExternalStore(subscribeSystemTheme, readSystemTheme)
  const theme = chosenTheme === 'system' ? systemTheme : chosenTheme
  const { open } = settings
  const max = Math.max(MIN_HEIGHT, innerHeight - 80)
  const height = Math.min(settings.height ?? Math.round(innerHeight * 0.5), max)

  useEffect(() => saveSettings(settings), [settings])
  useEffect(() => onHeight(open ? height : 0), [onHeight, open, height])

  // return the focus to the button when the panel closes
  useEffect(() => {
    if (wasOpen.current && !open) toggle.current?.focus()
    wasOpen.current = open
  }, [open])

  if (!open) {
    return (
      <aside aria-label="Fluxgate devtools">
        <button
          ref={toggle}
          type="button"
          className="toggle"
          style={{ colorScheme: theme }}
          aria-expanded={false}
          aria-label="Open Fluxgate devtools"
          onClick={() => setSettings({ ...settings, open: true })}
        >
          <Logo />
          <span className="toggle-name">Fluxgate</span>
        </button>
      </aside>
    )
  }
  return (
    <aside
      className="dock"
      style={{ height, colorScheme: theme }}
      data-theme={theme}
      aria-label="Fluxgate devtools"
    >
      <Splitter
        label="Height of the devtools"
        orientation="horizontal"
        size={height}
        min={MIN_HEIGHT}
        max={max}
        grows={-1}
        onResize={(resized) => setSettings({ ...settings, height: resized })}
      />
      <div className="dock-content">
        <Suspense fallback={<p className="loading">Loading …</p>}>
          <OpenPanel theme={theme} onClose={() => setSettings({ ...settings, open: false })} />
        </Suspense>
      </div>
    </aside>
  )
}

/** An open switch: the icon of the extension. */
function Logo() {
  return (
    <svg viewBox="0 0 128 128" width="20" height="20" aria-hidden="true">
      <rect x="8" y="8" width="112" height="112" rx="26" fill="#1d56d6" />
      <g fill="none" stroke="#fff" strokeWidth="11">
        <path d="M8 78h28M92 78h28" />
        <path d="M37 78 79 44" strokeLinecap="round" />
      </g>
      <circle cx="37" cy="78" r="12.5" fill="#fff" />
      <circle cx="91" cy="78" r="12.5" fill="#ffc53d" />
    </svg>
  )
}

const darkQuery = () => matchMedia('(prefers-color-scheme: dark)')
const readSystemTheme = (): ThemeName => (darkQuery().matches ? 'dark' : 'light')

function subscribeSystemTheme(onChange: () => void): () => void {
  const query = darkQuery()
  query.addEventListener('change', onChange)
  return () => query.removeEventListener('change', onChange)
}
