import type { State } from '@fluxgate/core'
import type { CommandRun, LoggedEvent, SignalSent } from '@fluxgate/core/devtools'
import { eventTime } from './log-entry.ts'
import { severity } from './severity.ts'
import type { Circuit, Span } from './state.ts'

/** A stretch of a circuit's lane in the timeline. */
export interface Interval extends Span {
  /** The state, the worst one where several are joined; absent where nobody knows. */
  readonly state?: State
  /** Intervals in it that are too short to be drawn one by one, at least 1. */
  readonly joined: number
  /** Events of that time that were lost: the state may have changed unseen. */
  readonly lost: number
}

/**
 * The states of a circuit during `span`, in order and without overlap.
 *
 * Neighbours shorter than `resolutionMs`, the time that one pixel is, are joined: so what is drawn
 * is bounded by the width of the screen.
 */
export function laneIn(circuit: Circuit, span: Span, resolutionMs = 0): readonly Interval[] {
  const { events, anchor, forgottenTo } = circuit
  const lane = new LaneBuilder(resolutionMs)
  const start = events.search((event) => eventTime(event) > span.from)
  const before = start > 0 ? events.at(start - 1) : undefined
  const first = before ?? anchor ?? events.at(start)
  if (first === undefined || before?.type === 'circuit-removed') return []
  let from = Math.max(span.from, eventTime(first))
  let index = before?.index ?? forgottenTo
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

/** The state a circuit was in at a moment; nothing before it was known, or where events were lost. */
export function stateAt(circuit: Circuit, moment: number): State | undefined {
  return laneIn(circuit, { from: moment, to: moment + 1 })[0]?.state
}

/** The lane in states alone: a verdict that was not followed, and a circuit that appeared, change none. */
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

/** Moves by hand: of the app, and of the devtools. */
export function flagsIn({ events }: Circuit, span: Span): readonly (SignalSent | CommandRun)[] {
  const flags: (SignalSent | CommandRun)[] = []
  const start = events.search((event) => eventTime(event) >= span.from)
  for (const event of events.between(start, events.length)) {
    if (eventTime(event) >= span.to) break
    if (event.type === 'command') flags.push(event)
    // the signals of a command stand at its flag
    if (event.type === 'signal' && event.signal.cause === 'manual' && !event.by) flags.push(event)
  }
  return flags
}

/** Joins intervals that are too short, in place: a lane may have a hundred thousand of them. */
class LaneBuilder {
  readonly #resolutionMs: number
  readonly #lane: Interval[] = []
  // what was added last, and may still be joined with what comes next
  #from = 0
  #to = 0
  #state: State | undefined
  #joined = 0
  #lost = 0

  constructor(resolutionMs: number) {
    this.#resolutionMs = resolutionMs
  }

  add(from: number, to: number, state: State | undefined, lost: number): void {
    if (to <= from && lost === 0) return
    const limit = this.#resolutionMs
    if (this.#joined > 0 && to - from < limit && this.#to - this.#from < limit) {
      this.#state = worse(this.#state, state)
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

function worse(a: State | undefined, b: State | undefined): State | undefined {
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
  if (event.type === 'signal') return event.signal.newState
  return event.type === 'circuit-added' ? event.snapshot.state : undefined
}
