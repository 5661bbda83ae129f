import { createContext, useContext, useEffect, useState } from 'react'
import { connection } from '../../session/connection.ts'
import { lastMoment } from '../../session/moment.ts'
import { useSelected, useSession } from './session-context.tsx'

/** Where the panel takes the time from, Unix ms. */
export const NowContext = createContext<() => number>(() => 0)

export const NowProvider = NowContext.Provider

/**
 * The present of the session, Unix ms: it goes on while the page is read, stands still from the
 * moment of a pause on, and is the last moment of a file.
 *
 * @param periodMs how often the caller is drawn again
 */
export function usePresent(periodMs: number): number {
  const now = useContext(NowContext)
  const { getState } = useSession()
  const how = useSelected(connection)
  const runs = how !== 'file' && how !== 'paused'
  const [present, setPresent] = useState(now)

  useEffect(() => {
    setPresent(how === 'file' ? lastMoment(getState()) : now())
    if (!runs) return
    const timer = setInterval(() => setPresent(now()), periodMs)
    return () => clearInterval(timer)
  }, [how, runs, now, periodMs, getState])

  return present
}
