import type { WireAction } from '@fluxgate/core/devtools'
import type { Transport } from '../transports/transport.ts'
import type { SessionAction } from './action.ts'
import { emptySession, reduce } from './reduce.ts'
import type { CircuitKey, SessionState } from './state.ts'

/** A panel's knowledge of a page, and its way to ask the page for something. */
export interface Session {
  /** The same object until something changed: made for `useSyncExternalStore`. */
  getState(): SessionState
  /** Tells of every change; returns its undo. */
  subscribe(changed: () => void): () => void
  dispatch(action: SessionAction): void
  /** Recording off also stops reading; on again, what happened meanwhile is read, if still known. */
  record(on: boolean): void
  /** Asks the page to move a circuit; pending in `commands` until the page says what came of it. */
  command(circuit: CircuitKey, action: WireAction): void
  /** The circuits whose metrics are wanted from now on, at most 100 of each document. */
  watch(circuits: readonly CircuitKey[]): void
  /** Whether anybody sees the panel; hidden, it does not read. */
  setVisible(visible: boolean): void
  /** Stops reading for good. */
  close(): void
}

/** Begins to read. */
export function openSession(transport: Transport, now: () => number): Session {
  const session = storedSession(emptySession)
  let commands = 0
  const start = () => transport.start(session.dispatch)
  start()
  return {
    ...session,
    record(on) {
      session.dispatch({ type: 'record', on })
      if (on) start()
      else transport.stop()
    },
    command(key, action) {
      const circuit = session.getState().circuits.get(key)
      if (circuit === undefined) return
      const id = ++commands
      session.dispatch({ type: 'command-sent', id, circuitKey: key, action, sentAt: now() })
      void transport
        .command(circuit.address, action)
        .then((result) => session.dispatch({ type: 'command-settled', id, result }))
    },
    watch(keys) {
      const { circuits } = session.getState()
      transport.watch(keys.flatMap((key) => circuits.get(key)?.address ?? []))
    },
    setVisible: (visible) => transport.setVisible(visible),
    close: () => transport.stop(),
  }
}

/** A session on a state that is only looked at, such as that of a file. */
export function readOnlySession(state: SessionState): Session {
  const nothing = () => {}
  return {
    ...storedSession(state),
    record: nothing,
    command: nothing,
    watch: nothing,
    setVisible: nothing,
    close: nothing,
  }
}

function storedSession(
  initial: SessionState,
): Pick<Session, 'getState' | 'subscribe' | 'dispatch'> {
  let state = initial
  const listeners = new Set<() => void>()
  return {
    getState: () => state,
    subscribe(changed) {
      // wrapped, so that one function that subscribes twice is two
      const listener = () => changed()
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    dispatch(action) {
      const next = reduce(state, action)
      if (next === state) return
      state = next
      for (const listener of listeners) listener()
    },
  }
}
