import { useLayoutEffect, useState } from 'react'

export interface ElementSize {
  readonly width: number
  readonly height: number
}

const nothing: ElementSize = { width: 0, height: 0 }

/** The inner size of an element in CSS pixels, whole numbers; nothing before it is there. */
export function useElementSize(element: HTMLElement | null): ElementSize {
  const [size, setSize] = useState(nothing)

  useLayoutEffect(() => {
    if (element === null) return
    const measure = () => {
      const { clientWidth: width, clientHeight: height } = element
      setSize((last) => (last.width === width && last.height === height ? last : { width, height }))
    }
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [element])

  return size
}
