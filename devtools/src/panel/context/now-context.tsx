import { createContext, useContext, useEffect, useState } from 'react'
import { connection } from '../../session/connection.ts'
import { lastMoment } from '../../session/moment.ts'
import { useSelected, useSession } from './session-context.tsx'

/** The panel's clock, Unix ms. */
export const NowContext = createContext<() => number>(() => 0)

export const NowProvider = NowContext.Provider

/**
 * The current time of the session, Unix ms. It stops while recording is paused. In a file it is the
 * moment at which the file was saved.
 *
 * @param periodMs status often the component renders again while the time runs
 */
export function usePresent(periodMs: number): number {
  const now = useContext(NowContext)
  const { getState } = useSession()
  const status = useSelected(connection)
  const runs = status !== 'file' && status !== 'paused'
  const [present, setPresent] = useState(now)

  useEffect(() => {
    setPresent(status === 'file' ? lastMoment(getState()) : now())
    if (!runs) return
    const timer = setInterval(() => setPresent(now()), periodMs)
    return () => clearInterval(timer)
  }, [status, runs, now, periodMs, getState])

  return present
}
