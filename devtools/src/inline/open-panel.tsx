import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import { Panel } from '../panel/app/panel.tsx'
import { adoptPanelStyles } from '../panel/app/panel-styles.ts'
import { wallClock } from '../panel/app/wall-clock.ts'
import type { ThemeName } from '../panel/theme/palette.ts'
import { openSession, type Session } from '../session/session.ts'
import { memoryTransport } from '../transports/memory-transport.ts'

export interface OpenPanelProps {
  readonly theme: ThemeName
  readonly onClose: () => void
}

/** The panel for the page that contains it. It reads circuits while it is mounted. */
export default function OpenPanel({ theme, onClose }: OpenPanelProps) {
  const box = useRef<HTMLDivElement>(null)
  const [session, setSession] = useState<Session>()

  useLayoutEffect(() => {
    const root = box.current?.getRootNode()
    return root instanceof ShadowRoot ? adoptPanelStyles(root) : undefined
  }, [])

  useEffect(() => {
    const opened = openSession(memoryTransport({ now: wallClock }), wallClock)
    const onVisibility = () => opened.setVisible(document.visibilityState === 'visible')
    document.addEventListener('visibilitychange', onVisibility)
    setSession(opened)
    return () => {
      document.removeEventListener('visibilitychange', onVisibility)
      opened.close()
    }
  }, [])

  return (
    <div ref={box} style={{ height: '100%' }}>
      {session && <Panel session={session} theme={theme} now={wallClock} onClose={onClose} />}
    </div>
  )
}
