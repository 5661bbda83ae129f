import type { State } from '@fluxgate/core'
import type { CommandRun, LoggedEvent, SignalSent } from '@fluxgate/core/devtools'
import { eventTime } from './log-entry.ts'
import { severity } from './severity.ts'
import type { Circuit, Span } from './state.ts'

/** An interval in a circuit's lane of the timeline. */
export interface Interval extends Span {
  /** The state, the most severe one of joined intervals; absent where it is unknown. */
  readonly state?: State
  /** Number of intervals that were joined because they are too short to draw; at least 1. */
  readonly joined: number
  /** Number of events of this period that were lost. */
  readonly lost: number
}

/**
 * The states of a circuit during `span`, in order and without overlap.
 *
 * Adjacent intervals shorter than `resolutionMs`, the duration of one pixel, are joined: so the
 * width of the screen bounds their number.
 *
 * @param keepInstants includes states that lasted 0 ms
 */
export function laneIn(
  circuit: Circuit,
  span: Span,
  resolutionMs = 0,
  keepInstants = false,
): readonly Interval[] {
  const { events, anchor, evictedTo } = circuit
  const lane = new LaneBuilder(resolutionMs, keepInstants)
  const start = events.search((event) => eventTime(event) > span.from)
  const before = start > 0 ? events.at(start - 1) : undefined
  const first = before ?? anchor ?? events.at(start)
  if (first === undefined || before?.type === 'circuit-removed') return []
  let from = Math.max(span.from, eventTime(first))
  let index = before?.index ?? evictedTo
  let state = stateBefore(circuit, start)
  for (let position = start; position < events.length; position++) {
    const event = events.at(position)
    if (event === undefined) break
    const time = eventTime(event)
    const to = Math.min(time, span.to)
    const lost = event.index - index - 1
    if (lost > 0) state = undefined
    lane.add(from, to, state, lost)
    if (time >= span.to || event.type === 'circuit-removed') return lane.end()
    from = Math.max(from, to)
    state = stateAfter(event) ?? state
    index = event.index
  }
  lane.add(from, span.to, state, 0)
  return lane.end()
}

/** The state at a moment; `undefined` before the first event and where events were lost. */
export function stateAt(circuit: Circuit, moment: number): State | undefined {
  return laneIn(circuit, { from: moment, to: moment + 1 })[0]?.state
}

/** Merges adjacent intervals of equal state, such as those around a shadow verdict. */
export function mergeEqual(intervals: readonly Interval[]): readonly Interval[] {
  const merged: Interval[] = []
  for (const interval of intervals) {
    const last = merged.at(-1)
    if (last?.state === interval.state && last?.to === interval.from && interval.lost === 0) {
      merged[merged.length - 1] = { ...last, to: interval.to }
    } else {
      merged.push(interval)
    }
  }
  return merged
}

/** The manual transitions by the app, and the commands of the devtools. */
export function flagsIn({ events }: Circuit, span: Span): readonly (SignalSent | CommandRun)[] {
  const flags: (SignalSent | CommandRun)[] = []
  const start = events.search((event) => eventTime(event) >= span.from)
  for (const event of events.between(start, events.length)) {
    if (eventTime(event) >= span.to) break
    if (event.type === 'command') flags.push(event)
    // the command itself has a flag, so its signals have none
    if (event.type === 'signal' && event.signal.cause === 'manual' && !event.by) flags.push(event)
  }
  return flags
}

/** Joins short intervals as they are added: a lane may have a hundred thousand of them. */
class LaneBuilder {
  readonly #resolutionMs: number
  readonly #keepInstants: boolean
  readonly #lane: Interval[] = []
  // the last interval, which may still be joined with the next one
  #from = 0
  #to = 0
  #state: State | undefined
  #joined = 0
  #lost = 0

  constructor(resolutionMs: number, keepInstants: boolean) {
    this.#resolutionMs = resolutionMs
    this.#keepInstants = keepInstants
  }

  add(from: number, to: number, state: State | undefined, lost: number): void {
    if (to < from) return
    const isKept = lost > 0 || (this.#keepInstants && state !== undefined)
    if (to === from && !isKept) return
    const limit = this.#resolutionMs
    if (this.#joined > 0 && to - from < limit && this.#to - this.#from < limit) {
      this.#state = moreSevere(this.#state, state)
      this.#joined++
      this.#lost += lost
    } else {
      this.end()
      this.#from = from
      this.#state = state
      this.#joined = 1
      this.#lost = lost
    }
    this.#to = to
  }

  end(): readonly Interval[] {
    const [from, to, state] = [this.#from, this.#to, this.#state]
    const [joined, lost] = [this.#joined, this.#lost]
    if (joined > 0) {
      this.#lane.push(
        state === undefined ? { from, to, joined, lost } : { from, to, state, joined, lost },
      )
    }
    this.#joined = 0
    return this.#lane
  }
}

function moreSevere(a: State | undefined, b: State | undefined): State | undefined {
  if (a === undefined) return b
  return b !== undefined && severity[b] < severity[a] ? b : a
}

function stateBefore({ events, anchor }: Circuit, position: number): State | undefined {
  for (let index = position - 1; index >= 0; index--) {
    const event = events.at(index)
    const state = event && stateAfter(event)
    if (state !== undefined) return state
  }
  if (anchor !== undefined) return anchor.signal.newState
  const next = events.at(position)
  return next?.type === 'signal' ? next.signal.oldState : undefined
}

function stateAfter(event: LoggedEvent): State | undefined {
  switch (event.type) {
    case 'signal':
      return event.signal.newState
    case 'circuit-added':
      return event.snapshot.state
    case 'circuit-removed':
    case 'command':
      return undefined
    default:
      return event satisfies never
  }
}
