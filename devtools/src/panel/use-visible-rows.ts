import { useCallback, useRef, useSyncExternalStore } from 'react'
import { useElementSize } from './use-element-size.ts'

export interface RowsOptions {
  readonly count: number
  /** CSS pixels; all rows are of the same height. */
  readonly rowHeight: number
  /** CSS pixels at the top that stay in sight and hide what scrolls under them. */
  readonly headHeight?: number
}

export interface VisibleRows {
  /** The rows from `first` to before `end` are in sight, or nearly so. */
  readonly first: number
  readonly end: number
  readonly scrollTop: number
  /** Of all rows together. */
  readonly totalHeight: number
  /** Brings a row into sight, if it is not. */
  readonly scrollTo: (row: number) => void
}

/** Rows above and below what is in sight, so that a quick scroll does not show their absence. */
const SPARE = 6

/** Which rows of a long list have to be there. */
export function useVisibleRows(
  scroller: HTMLElement | null,
  { count, rowHeight, headHeight = 0 }: RowsOptions,
): VisibleRows {
  const { height } = useElementSize(scroller)
  const offset = useRef(0)
  const subscribe = useCallback(
    (scrolled: () => void) => {
      offset.current = scroller?.scrollTop ?? 0
      const onScroll = () => {
        offset.current = scroller?.scrollTop ?? 0
        scrolled()
      }
      scroller?.addEventListener('scroll', onScroll, { passive: true })
      return () => scroller?.removeEventListener('scroll', onScroll)
    },
    [scroller],
  )
  // an external store is drawn before the next picture: rows must not lag behind what is scrolled
  const scrollTop = useSyncExternalStore(subscribe, () => offset.current)
  const scrollTo = useCallback(
    (row: number) => {
      if (scroller === null) return
      const top = row * rowHeight
      const bottom = top + rowHeight + headHeight
      if (top < scroller.scrollTop) scroller.scrollTop = top
      else if (bottom > scroller.scrollTop + scroller.clientHeight) {
        scroller.scrollTop = bottom - scroller.clientHeight
      }
    },
    [scroller, rowHeight, headHeight],
  )
  const first = Math.floor(scrollTop / rowHeight) - SPARE
  const end = Math.ceil((scrollTop + height) / rowHeight) + SPARE
  return {
    first: Math.max(0, Math.min(first, count)),
    end: Math.max(0, Math.min(end, count)),
    scrollTop,
    totalHeight: count * rowHeight,
    scrollTo,
  }
}
