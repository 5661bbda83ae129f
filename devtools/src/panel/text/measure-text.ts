import type { RuleReport } from '@fluxgate/core'

/** A value with its unit: `62 %`, `1.2 s`, `5`. */
export function measure(value: number, unit: RuleReport['unit']): string {
  if (unit === 'ratio') return percent(value)
  if (unit === 'ms') return milliseconds(value)
  return String(round(value, 1))
}

export function percent(ratio: number): string {
  return `${round(ratio * 100, 1)} %`
}

/** At three significant digits or fewer: `0.4 ms`, `340 ms`, `1.25 s`. */
export function milliseconds(ms: number): string {
  if (ms < 10) return `${round(ms, 1)} ms`
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${round(ms / 1_000, 2)} s`
}

/** `1,204`: the panel is in English, so the locale of the browser is not used. */
export function count(value: number): string {
  return value.toLocaleString('en-US')
}

/** `1 circuit`, `1,204 circuits` */
export function counted(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? '' : 's'}`
}

const round = (value: number, digits: number) => Number(value.toFixed(digits))
