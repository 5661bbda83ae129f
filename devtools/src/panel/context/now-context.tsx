import {
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useMemo,
  useSyncExternalStore,
} from 'react'
import { connection } from '../../session/connection.ts'
import { lastMoment } from '../../session/moment.ts'
import { useSelected, useSession } from './session-context.tsx'

/** The panel's clock, Unix ms. */
export const NowContext = createContext<() => number>(() => 0)

export const NowProvider = NowContext.Provider

const TICK_MS = 250

/** How often a component renders again while the time runs, in ms. */
type Period = 250 | 500 | 1_000 | 60_000

const periods: readonly Period[] = [250, 500, 1_000, 60_000]

/** One ticking clock for the whole panel: two countdowns to one time always show the same number. */
class PresentStore {
  readonly #values = new Map<Period, number>()
  readonly #listeners = new Set<() => void>()
  #ticks = 0

  constructor(present: number) {
    this.set(present)
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  get(period: Period): number {
    return this.#values.get(period) ?? 0
  }

  /** Sets the time of all periods. */
  set(present: number): void {
    for (const period of periods) this.#values.set(period, present)
    this.#notify()
  }

  /** Sets the time of the periods that end with this tick. */
  tick(present: number): void {
    this.#ticks++
    for (const period of periods) {
      if (this.#ticks % (period / TICK_MS) === 0) this.#values.set(period, present)
    }
    this.#notify()
  }

  #notify(): void {
    for (const listener of this.#listeners) listener()
  }
}

const PresentContext = createContext(new PresentStore(0))

/** Provides the current time of the session. */
export function PresentProvider({ children }: { children: ReactNode }) {
  const now = useContext(NowContext)
  const { getState } = useSession()
  const status = useSelected(connection)
  const store = useMemo(() => new PresentStore(now()), [now])
  const runs = status !== 'file' && status !== 'paused'

  useEffect(() => {
    store.set(status === 'file' ? lastMoment(getState()) : now())
    if (!runs) return
    const timer = setInterval(() => store.tick(now()), TICK_MS)
    return () => clearInterval(timer)
  }, [status, runs, now, store, getState])

  return <PresentContext.Provider value={store}>{children}</PresentContext.Provider>
}

/**
 * The current time of the session, Unix ms. It stops while recording is paused. In a file it is the
 * moment at which the file was saved.
 */
export function usePresent(period: Period): number {
  const store = useContext(PresentContext)
  return useSyncExternalStore(store.subscribe, () => store.get(period))
}
