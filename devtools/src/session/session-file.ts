import type { WireEvent } from '@fluxgate/core/devtools'
import { parseSessionFile, type SavedEpoch, type SessionFile } from '../protocol/session-file.ts'
import { unknownCircuit } from './circuit.ts'
import { circuitKey, epochKey } from './epoch.ts'
import { emptySession } from './reduce.ts'
import type { Circuit, Epoch, SessionState } from './state.ts'
import { takeIn } from './take-in.ts'

/** The session as the text of a file. */
export function saveSession(state: SessionState, savedAt: number): string {
  const present = new Set([...state.frames.values()].map(({ epoch }) => epoch))
  const file: SessionFile = {
    format: 'fluxgate-devtools',
    version: 1,
    savedAt,
    invalid: state.invalid,
    forgotten: state.forgotten,
    epochs: [...state.epochs.values()].map((epoch) => {
      const { key, ...rest } = epoch
      const circuits = [...state.circuits.values()].filter(({ epochKey }) => epochKey === key)
      return {
        ...rest,
        present: present.has(key),
        forgottenTo: circuits
          .filter(({ forgottenTo }) => forgottenTo >= 0)
          .map(({ address, forgottenTo }) => [address.circuit, forgottenTo] as const),
        events: circuits.flatMap(eventsOf),
      }
    }),
  }
  return JSON.stringify(file)
}

/**
 * The session in a file: the same picture, to look at only.
 *
 * @throws TypeError when the text is no saved session, saying what is wrong
 */
export function loadSession(text: string): SessionState {
  const { epochs, invalid, forgotten } = parseSessionFile(text)
  const state = epochs.reduce(restore, { ...emptySession, preserveLog: true })
  return { ...state, source: 'file', invalid, forgotten }
}

function restore(state: SessionState, saved: SavedEpoch): SessionState {
  const { frame, epoch: name, url, visits, present, end, seen, clearedTo } = saved
  const key = epochKey(frame, name)
  const epoch: Epoch = { key, frame, epoch: name, url, visits, end, seen: 0, clearedTo }
  const circuits = new Map(state.circuits)
  for (const [id, forgottenTo] of saved.forgottenTo) {
    const circuit = unknownCircuit(circuitKey(key, id), epoch, id)
    circuits.set(circuit.key, { ...circuit, forgottenTo })
  }
  const frames = new Map(state.frames)
  if (present) frames.set(frame, { id: frame, url, epoch: key })
  const epochs = new Map(state.epochs).set(key, epoch)
  const told = takeIn({ ...state, frames, epochs, circuits }, epoch, saved.events, end)
  // what was forgotten had been seen
  return { ...told, epochs: new Map(told.epochs).set(key, { ...epoch, seen }) }
}

/** Everything that a circuit is known by. */
function eventsOf(circuit: Circuit): WireEvent[] {
  const { added, removed, move, anchor, events, metrics } = circuit
  const known = [added, removed, move, anchor].filter((event) => event !== undefined)
  return [...known, ...events, ...countsOf(circuit), ...metrics]
}

/** Its counts, without those that its signals know as well. */
function countsOf({ address, events, counts }: Circuit): WireEvent[] {
  const told = new Set<string>()
  for (const event of events) {
    if (event.type === 'signal') told.add(`${event.rejections} ${event.signal.timestamp}`)
  }
  return [...counts]
    .filter(({ total, timestamp }) => !told.has(`${total} ${timestamp}`))
    .map((count) => ({ type: 'rejected', circuit: address.circuit, ...count }))
}
