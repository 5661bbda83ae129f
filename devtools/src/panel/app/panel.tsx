import { memo, startTransition, useEffect, useRef, useState } from 'react'
import { lastMoment } from '../../session/moment.ts'
import { readOnlySession, type Session } from '../../session/session.ts'
import { NowProvider, PresentProvider, usePresent } from '../context/now-context.tsx'
import { changeSetting, panelSettings, useSetting } from '../context/panel-settings.ts'
import { SessionProvider, useSelected, useSession } from '../context/session-context.tsx'
import { FileProgress, type FileWork } from '../files/file-progress.tsx'
import { IncidentStrip } from '../incidents/incident-strip.tsx'
import { type InspectorTab, inspectorTabs } from '../inspector/inspector.tsx'
import { LanesPane } from '../lanes/lanes-pane.tsx'
import { LogPane } from '../log/log-pane.tsx'
import { palettes, type ThemeName } from '../theme/palette.ts'
import { PaletteProvider } from '../theme/palette-context.tsx'
import { TimelineTable } from '../timeline/timeline-table.tsx'
import { fit, follow, grow } from '../timeline/timeline-view.ts'
import { useTimelineView, useViewStore, ViewProvider } from '../timeline/view-context.tsx'
import { Splitter } from '../ui/splitter.tsx'
import { type Tab, Tabs } from '../ui/tabs.tsx'
import { useElementSize } from '../ui/use-element-size.ts'
import { Legend } from './legend.tsx'
import { NoCircuits } from './no-circuits.tsx'
import { SummaryBar } from './summary-bar.tsx'
import { Toolbar } from './toolbar.tsx'
import { usePanelKeys } from './use-panel-keys.ts'

export interface PanelProps {
  /** The page's session. The caller closes it after unmounting the panel. */
  readonly session: Session
  readonly theme: ThemeName
  /** Unix ms. */
  readonly now: () => number
  /** Called by the close button. Without it there is no such button. */
  readonly onClose?: () => void
}

interface OpenFile {
  readonly session: Session
  readonly name: string
}

/** The complete devtools. The extension and the in-page dock both render it. */
export function Panel({ session: live, theme, now, onClose }: PanelProps) {
  const [file, setFile] = useState<OpenFile>()
  const session = file?.session ?? live
  return (
    <NowProvider value={now}>
      <PaletteProvider value={palettes[theme]}>
        <SessionProvider value={session}>
          <PresentProvider>
            <ViewProvider key={file?.name ?? ''}>
              <Layout theme={theme} file={file} onFile={setFile} onClose={onClose} />
            </ViewProvider>
          </PresentProvider>
        </SessionProvider>
      </PaletteProvider>
    </NowProvider>
  )
}

interface LayoutProps {
  readonly theme: ThemeName
  readonly file: OpenFile | undefined
  readonly onFile: (file: OpenFile | undefined) => void
  readonly onClose: (() => void) | undefined
}

function Layout({ theme, file, onFile, onClose }: LayoutProps) {
  const root = useRef<HTMLDivElement>(null)
  const view = useViewStore()
  const following = useTimelineView().end === undefined
  const present = usePresent(1_000)
  const session = useSession()
  const asTable = useSetting('asTable') ?? false
  const [work, setWork] = useState<FileWork>()
  const [error, setError] = useState<string>()
  const hasCircuits = useSelected(({ circuits }) => circuits.size > 0)
  usePanelKeys(root)

  useEffect(() => {
    const { preserveLog, order } = panelSettings()
    // without a setting, the place of the panel decides
    if (preserveLog !== undefined) session.dispatch({ type: 'preserve-log', on: preserveLog })
    session.dispatch({ type: 'set-view', change: { order } })
  }, [session])

  function showAll() {
    const start = session.getState().log.at(0)?.timestamp
    if (start !== undefined) view.set((v) => fit(v, { from: start, to: present }))
  }

  useEffect(() => {
    const start = session.getState().log.at(0)?.timestamp
    if (start !== undefined) view.set((v) => grow(v, present - start))
  }, [session, view, present])

  // a file is shown from its first event to the moment at which it was saved
  useEffect(() => {
    const state = session.getState()
    const first = state.log.at(0)
    if (state.source !== 'file' || !first) return
    view.set((v) => fit(v, { from: first.timestamp, to: lastMoment(state) }))
  }, [session, view])

  return (
    <div ref={root} className="panel" data-theme={theme}>
      <Toolbar
        asTable={asTable}
        onAsTable={(on) => changeSetting('asTable', on)}
        onShowAll={showAll}
        following={following}
        onFollow={() => view.set(follow)}
        file={file && { name: file.name, close: () => onFile(undefined) }}
        files={{
          busy: work !== undefined,
          onWork: setWork,
          onOpenFile: (state, name) => {
            setError(undefined)
            // a transition: React renders a large file in slices, and the panel stays responsive
            startTransition(() => onFile({ session: readOnlySession(state), name }))
          },
          onError: setError,
        }}
        onClose={onClose}
      />
      {work !== undefined && <FileProgress {...work} />}
      {error !== undefined && (
        <p className="error" role="alert">
          {error}
          <button type="button" className="link-button" onClick={() => setError(undefined)}>
            Close
          </button>
        </p>
      )}
      {hasCircuits ? <Panes asTable={asTable} /> : <NoCircuits />}
    </div>
  )
}

const allTabs: readonly Tab<InspectorTab | 'log'>[] = [
  { id: 'log', label: 'Log', content: () => <LogPane /> },
  ...inspectorTabs,
]

/** Minimum width in CSS pixels for showing log and inspector side by side; below, they are tabs. */
const SIDE_BY_SIDE_WIDTH = 720

/** Minimum height of the list and the timeline, in CSS pixels. */
const MIN_UPPER = 96

/** Memoized, because the progress of a file would render all of it several times a second. */
const Panes = memo(function Panes({ asTable }: { asTable: boolean }) {
  const box = useRef<HTMLDivElement>(null)
  const { width, height } = useElementSize(box)
  const session = useSession()
  const chosenLower = useSetting('lowerHeight')
  const chosenInspector = useSetting('inspectorWidth')
  const legend = useSetting('legend') ?? false
  const [tab, setTab] = useState<InspectorTab | 'log'>('why')
  const lower = Math.max(80, Math.min(chosenLower ?? Math.round(height * 0.5), height - MIN_UPPER))
  const inspector = Math.min(chosenInspector ?? Math.round(width * 0.44), width - 200)
  const sideBySide = width >= SIDE_BY_SIDE_WIDTH

  /** While the user works with details, the panel must not select another circuit by itself. */
  function keepSelection() {
    const { circuit, followed } = session.getState().view
    if (circuit === undefined || followed !== undefined) return
    session.dispatch({ type: 'set-view', change: { circuit } })
  }

  return (
    <>
      <SummaryBar />
      {legend && <Legend />}
      <IncidentStrip />
      <div ref={box} className="panes">
        <section className="upper" aria-label="Timeline">
          {asTable ? <TimelineTable /> : <LanesPane />}
        </section>
        <Splitter
          label="Height of the lower panes"
          orientation="horizontal"
          size={lower}
          min={80}
          max={Math.max(80, height - MIN_UPPER)}
          grows={-1}
          onResize={(resized) => changeSetting('lowerHeight', resized)}
        />
        {/* biome-ignore lint/a11y/noStaticElementInteractions: reacts to the use of its contents */}
        <div
          className="lower"
          style={{ height: lower }}
          onPointerEnter={keepSelection}
          onFocus={keepSelection}
        >
          {sideBySide ? (
            <>
              <section className="log-pane" aria-label="Log">
                <LogPane />
              </section>
              <Splitter
                label="Width of the inspector"
                orientation="vertical"
                size={inspector}
                min={200}
                max={Math.max(200, width - 200)}
                grows={-1}
                onResize={(resized) => changeSetting('inspectorWidth', resized)}
              />
              <div className="inspector-pane" style={{ width: inspector }}>
                <Tabs
                  label="Inspector"
                  tabs={inspectorTabs}
                  selected={tab === 'log' ? 'why' : tab}
                  onSelect={setTab}
                />
              </div>
            </>
          ) : (
            <Tabs label="Log and inspector" tabs={allTabs} selected={tab} onSelect={setTab} />
          )}
        </div>
      </div>
    </>
  )
})
