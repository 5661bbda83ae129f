const twoDigits = (value: number) => String(value).padStart(2, '0')

/**
 * The local time of day. `precisionMs` selects the format: `14:03:07.250` below 1,000, `14:03:07`
 * below a day, else the date `03-14`.
 */
export function clockTime(at: number, precisionMs = 1_000): string {
  const date = new Date(at)
  if (precisionMs >= 86_400_000)
    return `${twoDigits(date.getMonth() + 1)}-${twoDigits(date.getDate())}`
  const time = `${twoDigits(date.getHours())}:${twoDigits(date.getMinutes())}:${twoDigits(date.getSeconds())}`
  return precisionMs < 1_000 ? `${time}.${String(date.getMilliseconds()).padStart(3, '0')}` : time
}

/** `850 ms`, `12.4 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`: two units at most, rounded down. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${Math.floor(ms / 100) / 10} s`
  if (ms < 3_600_000) return twoUnits(ms, 60_000, 'min', 1_000, 's')
  if (ms < 86_400_000) return twoUnits(ms, 3_600_000, 'h', 60_000, 'min')
  return twoUnits(ms, 86_400_000, 'd', 3_600_000, 'h')
}

function twoUnits(ms: number, bigMs: number, big: string, smallMs: number, small: string): string {
  const rest = Math.floor((ms % bigMs) / smallMs)
  return `${Math.floor(ms / bigMs)} ${big}${rest > 0 ? ` ${rest} ${small}` : ''}`
}

/** Whole seconds, rounded up: 0 s is never shown early. */
export function countdown(ms: number): string {
  const seconds = Math.ceil(ms / 1_000)
  return seconds < 60 ? `${seconds} s` : duration(seconds * 1_000)
}
