import type { WireAction } from '@fluxgate/core/devtools'
import type { Transport } from '../transports/transport.ts'
import type { SessionAction } from './action.ts'
import { emptySession, reduce } from './reduce.ts'
import type { CircuitKey, SessionState } from './state.ts'

/** A store of what a panel knows about a page, with the commands to the page. */
export interface Session {
  /** Returns the same object until the state changes, as `useSyncExternalStore` requires. */
  getState(): SessionState
  /** Calls `listener` after each change; returns a function that unsubscribes. */
  subscribe(listener: () => void): () => void
  dispatch(action: SessionAction): void
  /** Starts or stops recording and reading. Events from a pause are read later, unless evicted. */
  record(on: boolean): void
  /** Sends a command to the page. It is `pending` in `commands` until the page answers. */
  command(circuit: CircuitKey, action: WireAction): void
  /** Sets the circuits whose metrics are read; at most 100 of each document. */
  watch(circuits: readonly CircuitKey[]): void
  /** Pauses reading while the panel is hidden. */
  setVisible(visible: boolean): void
  /** Stops reading permanently. */
  close(): void
}

/**
 * Creates a session and starts reading.
 *
 * @param now Unix ms
 */
export function openSession(transport: Transport, now: () => number): Session {
  const session = storedSession(emptySession)
  let lastCommandId = 0
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
      const id = ++lastCommandId
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

/** Creates a session in which only the view can change, such as that of a file. */
export function readOnlySession(state: SessionState): Session {
  const noop = () => {}
  return {
    ...storedSession(state),
    record: noop,
    command: noop,
    watch: noop,
    setVisible: noop,
    close: noop,
  }
}

function storedSession(
  initial: SessionState,
): Pick<Session, 'getState' | 'subscribe' | 'dispatch'> {
  let state = initial
  const listeners = new Set<() => void>()
  return {
    getState: () => state,
    subscribe(listener) {
      // a new function, so that one listener may subscribe twice
      const subscription = () => listener()
      listeners.add(subscription)
      return () => listeners.delete(subscription)
    },
    dispatch(action) {
      const next = reduce(state, action)
      if (next === state) return
      state = next
      for (const listener of listeners) listener()
    },
  }
}
