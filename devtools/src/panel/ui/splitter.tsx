import type { KeyboardEvent, PointerEvent } from 'react'

export interface SplitterProps {
  readonly label: string
  /** Whether the line stands or lies. */
  readonly orientation: 'vertical' | 'horizontal'
  /** Size of the pane that it changes, in CSS pixels. */
  readonly size: number
  readonly min: number
  readonly max: number
  /** 1 when the pane is before the line, -1 when it is after it. */
  readonly grows: 1 | -1
  readonly onResize: (size: number) => void
}

const STEP = 16

/** The line between two panes: dragged, or moved with the arrow keys, Home and End. */
export function Splitter(props: SplitterProps) {
  const { label, orientation, size, min, max, grows, onResize } = props
  const resize = (wanted: number) => onResize(Math.round(Math.max(min, Math.min(max, wanted))))

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
