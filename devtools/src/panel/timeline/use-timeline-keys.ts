import type { KeyboardEvent } from 'react'
import { useSession } from '../context/session-context.tsx'
import { fit, follow, panned, spanOf, zoomed } from './timeline-view.ts'
import { useViewStore } from './view-context.tsx'
import { rangeBetween } from './view-range.ts'

const PAN_SHARE = 0.1
const ZOOM_FACTOR = 1.25
const RANGE_SHARE = 0.02

/** Keyboard equivalents of the pointer actions in the timeline. */
export function useTimelineKeys(present: number): (event: KeyboardEvent) => void {
  const session = useSession()
  const view = useViewStore()

  return (event) => {
    const { key, shiftKey } = event
    const sign = key === 'ArrowLeft' ? -1 : 1
    if (key === 'ArrowLeft' || key === 'ArrowRight') {
      if (shiftKey) extendRange(sign)
      else view.set((v) => panned(v, present, sign * PAN_SHARE))
    } else if (key === '+' || key === '=') zoomBy(1 / ZOOM_FACTOR)
    else if (key === '-') zoomBy(ZOOM_FACTOR)
    else if (key === 'Home') showAll()
    else if (key === 'End') view.set(follow)
    else return
    event.preventDefault()
  }

  function zoomBy(factor: number) {
    view.set((v) => {
      const { from, to } = spanOf(v, present)
      return zoomed(v, present, factor, session.getState().view.moment ?? (from + to) / 2)
    })
  }

  function showAll() {
    const { log } = session.getState()
    const start = log.at(0)?.timestamp
    if (start !== undefined) view.set((v) => fit(v, { from: start, to: present }))
  }

  /** Extends the selected range, or starts one at the selected moment, else in the middle. */
  function extendRange(sign: number) {
    const { selection, moment } = session.getState().view
    const { from, to } = spanOf(view.get(), present)
    const start = selection?.from ?? moment ?? (from + to) / 2
    const end = (selection?.to ?? start) + sign * (to - from) * RANGE_SHARE
    session.dispatch({ type: 'set-view', change: { selection: rangeBetween(start, end) } })
  }
}
