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
  const lane: Interval[] = []
  const start = events.search((event) => eventTime(event) > span.from)
  const before = start > 0 ? events.at(start - 1) : undefined
  const first = before ?? anchor ?? events.at(start)
  if (first === undefined) return lane
  let from = Math.max(span.from, eventTime(first))
  let index = before?.index ?? forgottenTo
  let state = stateBefore(circuit, start)
  for (const event of events.between(start, events.length)) {
    const to = Math.min(eventTime(event), span.to)
    const lost = event.index - index - 1
    add(lane, interval(from, to, lost > 0 ? undefined : state, lost), resolutionMs)
    if (eventTime(event) >= span.to || event.type === 'circuit-removed') return lane
    from = Math.max(from, to)
    state = stateAfter(event) ?? (lost > 0 ? undefined : state)
    index = event.index
  }
  if (before?.type !== 'circuit-removed') {
    add(lane, interval(from, span.to, state, 0), resolutionMs)
  }
  return lane
}

/** The state a circuit was in at a moment; nothing before it was known, or where events were lost. */
export function stateAt(circuit: Circuit, moment: number): State | undefined {
  return laneIn(circuit, { from: moment, to: moment + 1 })[0]?.state
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

function interval(from: number, to: number, state: State | undefined, lost: number): Interval {
  return { from, to, ...(state !== undefined && { state }), joined: 1, lost }
}

function add(lane: Interval[], next: Interval, resolutionMs: number): void {
  const { from, to, lost } = next
  if (to <= from && lost === 0) return
  const last = lane.at(-1)
  const joins = last !== undefined && to - from < resolutionMs && last.to - last.from < resolutionMs
  if (!joins) {
    lane.push(next)
    return
  }
  lane[lane.length - 1] = {
    ...worse(last, next),
    from: last.from,
    to,
    joined: last.joined + 1,
    lost: last.lost + lost,
  }
}

function worse(a: Interval, b: Interval): Interval {
  if (a.state === undefined) return b
  return b.state !== undefined && severity[b.state] < severity[a.state] ? b : a
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
