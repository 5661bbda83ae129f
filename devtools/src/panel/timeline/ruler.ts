import type { Span } from '../../session/state.ts'
import { clockTime } from '../text/time-text.ts'

/** A labelled line of the ruler. */
export interface RulerTick {
  readonly at: number
  readonly label: string
}

/** Minimum distance of two labels in CSS pixels. */
const LABEL_WIDTH = 84

const STEPS_MS = [
  1,
  2,
  5,
  10,
  20,
  50,
  100,
  200,
  500,
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * 1_000),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * 60_000),
  ...[1, 2, 4, 6, 12, 24, 48, 168].map((hours) => hours * 3_600_000),
]

/** Round local times, as many as fit. */
export function rulerTicks(view: Span, width: number): RulerTick[] {
  const span = view.to - view.from
  const most = Math.max(1, Math.floor(width / LABEL_WIDTH))
  const step = STEPS_MS.find((candidate) => span / candidate <= most) ?? span
  const offset = new Date(view.from).getTimezoneOffset() * 60_000
  const ticks: RulerTick[] = []
  const first = Math.ceil((view.from - offset) / step) * step + offset
  for (let at = first; at <= view.to; at += step) ticks.push({ at, label: labelOf(at, step) })
  return ticks
}

/** Midnight is labelled with the date of the day that begins. */
const labelOf = (at: number, step: number) =>
  clockTime(at, clockTime(at) === '00:00:00' && at % 1_000 === 0 ? DAY_MS : step)

const DAY_MS = 86_400_000
