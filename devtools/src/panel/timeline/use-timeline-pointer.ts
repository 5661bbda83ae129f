import { type RefObject, useEffect, useRef, useState } from 'react'
import { logEntry } from '../../session/log-entry.ts'
import { useSession } from '../context/session-context.tsx'
import { type Hit, hitTest } from './hit-test.ts'
import type { TimelinePicture } from './timeline-picture.ts'
import { dragTo, panned, pointAt, zoomed } from './timeline-view.ts'
import { useViewStore } from './view-context.tsx'
import { rangeBetween, timeAt } from './view-range.ts'

/** A shorter movement in CSS pixels is a click. */
const DRAG_DISTANCE = 4
const LINE_HEIGHT = 16
/** Wheel movement in pixels that zooms by a factor of e. */
const ZOOM_PIXELS = 400

/** The content under the pointer, with its position in CSS pixels. */
export interface PointedAt extends Hit {
  readonly x: number
  readonly y: number
}

/**
 * Pointer actions in the timeline: the wheel pans, with Ctrl or ⌘ it zooms, with Shift it scrolls the
 * lanes. A drag selects a range. A click selects the moment, the circuit and the event.
 */
export function useTimelinePointer(
  canvas: RefObject<HTMLCanvasElement | null>,
  shown: TimelinePicture,
): PointedAt | undefined {
  const session = useSession()
  const view = useViewStore()
  const [point, setPoint] = useState<{ readonly x: number; readonly y: number }>()
  const picture = useRef(shown)
  useEffect(() => {
    picture.current = shown
  }, [shown])

  useEffect(() => {
    const element = canvas.current
    if (element === null) return
    let pressed: { readonly x: number; readonly at: number } | undefined

    const momentAt = (x: number) => timeAt(x, picture.current.view, picture.current.width)

    function onWheel(event: WheelEvent) {
      if (event.shiftKey && !event.ctrlKey) return // native scrolling
      event.preventDefault()
      const { now, width } = picture.current
      const { deltaX, deltaY, deltaMode } = event
      const delta = Math.abs(deltaX) > Math.abs(deltaY) ? deltaX : deltaY
      const pixels = deltaMode === WheelEvent.DOM_DELTA_LINE ? delta * LINE_HEIGHT : delta
      const anchor = momentAt(event.offsetX)
      view.set((v) =>
        event.ctrlKey || event.metaKey
          ? zoomed(v, now, Math.exp(pixels / ZOOM_PIXELS), anchor)
          : panned(v, now, pixels / width),
      )
    }

    function onDown(event: PointerEvent) {
      if (event.button !== 0) return
      element?.setPointerCapture(event.pointerId)
      pressed = { x: event.offsetX, at: momentAt(event.offsetX) }
    }

    function onMove({ offsetX: x, offsetY: y }: PointerEvent) {
      const isDrag = pressed !== undefined && Math.abs(x - pressed.x) >= DRAG_DISTANCE
      const range = isDrag && pressed ? rangeBetween(pressed.at, momentAt(x)) : undefined
      view.set((v) => dragTo(pointAt(v, x / picture.current.width), range ?? v.dragged))
      setPoint({ x, y })
    }

    function onUp({ offsetX, offsetY }: PointerEvent) {
      if (pressed === undefined) return
      pressed = undefined
      const { dragged } = view.get()
      view.set((v) => dragTo(v, undefined))
      if (dragged !== undefined) {
        session.dispatch({ type: 'set-view', change: { selection: dragged } })
      } else {
        select(hitTest(picture.current, offsetX, offsetY))
      }
    }

    /** Selects the event at this point, else only the moment. */
    function select({ at, row, event }: Hit) {
      const entry = row && event && logEntry(row.circuit.documentKey, row.key, event)
      session.dispatch({
        type: 'set-view',
        // the future has no data
        change: {
          moment: entry?.timestamp ?? Math.min(at, picture.current.now),
          entry,
          ...(row && { circuit: row.key }),
        },
      })
    }

    /** The browser scrolls instead, as with a finger. */
    function onCancel() {
      pressed = undefined
      view.set((v) => dragTo(v, undefined))
      onLeave()
    }

    function onLeave() {
      view.set((v) => pointAt(v, undefined))
      setPoint(undefined)
    }

    element.addEventListener('wheel', onWheel, { passive: false })
    element.addEventListener('pointerdown', onDown)
    element.addEventListener('pointermove', onMove)
    element.addEventListener('pointerup', onUp)
    element.addEventListener('pointerleave', onLeave)
    element.addEventListener('pointercancel', onCancel)
    return () => {
      element.removeEventListener('wheel', onWheel)
      element.removeEventListener('pointerdown', onDown)
      element.removeEventListener('pointermove', onMove)
      element.removeEventListener('pointerup', onUp)
      element.removeEventListener('pointerleave', onLeave)
      element.removeEventListener('pointercancel', onCancel)
    }
  }, [canvas, session, view])

  // test against the current picture: time passes under a resting pointer
  return point && { ...hitTest(shown, point.x, point.y), ...point }
}
