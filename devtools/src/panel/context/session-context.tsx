import { createContext, useContext, useSyncExternalStore } from 'react'
import type { Session } from '../../session/session.ts'
import type { SessionState } from '../../session/state.ts'

const SessionContext = createContext<Session | undefined>(undefined)

export const SessionProvider = SessionContext.Provider

/** The session that is shown: that of the page, or of a file. */
export function useSession(): Session {
  const session = useContext(SessionContext)
  if (session === undefined) throw new Error('Outside of a panel: no session to show')
  return session
}

/** @param select gives the same value while what it looks at is the same */
export function useSelected<T>(select: (state: SessionState) => T): T {
  const { subscribe, getState } = useSession()
  return useSyncExternalStore(subscribe, () => select(getState()))
}
