import { createContext, useContext, useSyncExternalStore } from 'react'
import type { Session } from '../../session/session.ts'
import type { SessionState } from '../../session/state.ts'

const SessionContext = createContext<Session | undefined>(undefined)

export const SessionProvider = SessionContext.Provider

/** The displayed session: of the page, or of an opened file. */
export function useSession(): Session {
  const session = useContext(SessionContext)
  if (session === undefined) throw new Error('useSession() needs a SessionProvider')
  return session
}

/**
 * Re-renders when the selected part of the state changes.
 *
 * @param select must return an identical value for an unchanged state
 */
export function useSelected<T>(select: (state: SessionState) => T): T {
  const { subscribe, getState } = useSession()
  return useSyncExternalStore(subscribe, () => select(getState()))
}
