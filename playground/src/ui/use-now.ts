import { useEffect, useState } from 'react'

/** Unix ms, read again every `everyMs` while `ticking`. */
export function useNow(everyMs: number, ticking: boolean): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    if (!ticking) return
    const tick = () => setNow(Date.now())
    tick()
    const timer = setInterval(tick, everyMs)
    return () => clearInterval(timer)
  }, [everyMs, ticking])
  return now
}
