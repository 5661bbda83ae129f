import type { KeyboardEvent, PointerEvent } from 'react'

export interface SplitterProps {
  readonly label: string
  /** The direction of the line. */
  readonly orientation: 'vertical' | 'horizontal'
  /** The size of the resized pane in CSS pixels. */
  readonly size: number
  readonly min: number
  readonly max: number
  /** 1 when the resized pane comes before the line, -1 when it comes after. */
  readonly grows: 1 | -1
  readonly onResize: (size: number) => void
}

const STEP = 16

/** A line between two panes. The user drags it, or moves it with the arrow keys, Home and End. */
export function Splitter(props: SplitterProps) {
  const { label, orientation, size, min, max, grows, onResize } = props
  const resize = (target: number) => onResize(Math.round(Math.max(min, Math.min(max, target))))

  function onPointerDown(event: PointerEvent<HTMLElement>) {
    const along = (at: { clientX: number; clientY: number }) =>
      orientation === 'vertical' ? at.clientX : at.clientY
    const line = event.currentTarget
    const start = along(event)
    line.setPointerCapture(event.pointerId)
    const move = (moved: globalThis.PointerEvent) => resize(size + (along(moved) - start) * grows)
    const end = () => {
      line.removeEventListener('pointermove', move)
      line.removeEventListener('lostpointercapture', end)
    }
    line.addEventListener('pointermove', move)
    line.addEventListener('lostpointercapture', end)
  }

  function onKeyDown(event: KeyboardEvent) {
    const back = orientation === 'vertical' ? 'ArrowLeft' : 'ArrowUp'
    const forth = orientation === 'vertical' ? 'ArrowRight' : 'ArrowDown'
    if (event.key === back) resize(size - STEP * grows)
    else if (event.key === forth) resize(size + STEP * grows)
    else if (event.key === 'Home') resize(min)
    else if (event.key === 'End') resize(max)
    else return
    event.preventDefault()
  }

  return (
    // biome-ignore lint/a11y/useSemanticElements: an hr can neither be focused nor have a value
    <div
      className={`splitter ${orientation}`}
      role="separator"
      aria-label={label}
      aria-orientation={orientation}
      aria-valuenow={size}
      aria-valuemin={min}
      aria-valuemax={max}
      tabIndex={0}
      onPointerDown={onPointerDown}
      onKeyDown={onKeyDown}
    />
  )
}
