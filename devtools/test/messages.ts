import type { WireEvent } from '@fluxgate/core/devtools'
import type { SessionState } from '../src/session/state.ts'
import type { Batch, FrameFault, FrameRemoved } from '../src/transports/transport.ts'
import { start } from './wire-events.ts'

/** A batch of the top frame; `next` is the highest `seq` of the events. */
export function batch(events: readonly WireEvent[], change: Partial<Batch> = {}): Batch {
  const end = events.reduce((seq, event) => ('seq' in event ? Math.max(seq, event.seq) : seq), 0)
  return {
    type: 'batch',
    frame: 'top',
    epoch: 'e1',
    url: 'http://localhost/',
    next: end,
    dropped: 0,
    events,
    invalid: 0,
    receivedAt: start,
    ...change,
  }
}

export function failing(why: 'threw' | 'unresponsive' | 'malformed'): FrameFault {
  const condition = { kind: 'failing', why, detail: '' } as const
  return { type: 'fault', frame: 'top', condition, receivedAt: start }
}

export function frameRemoved(frame: string): FrameRemoved {
  return { type: 'frame-removed', frame, receivedAt: start }
}

/** The state of a session as plain data that `toEqual` can compare. */
export function comparable(state: SessionState): unknown {
  return {
    ...state,
    frames: [...state.frames.values()],
    documents: [...state.documents.values()],
    circuits: [...state.circuits.values()]
      .map((circuit) => ({
        ...circuit,
        events: [...circuit.events],
        counts: [...circuit.counts],
        metrics: [...circuit.metrics],
      }))
      .sort((a, b) => (a.key < b.key ? -1 : 1)),
    log: [...state.log],
  }
}
