import { devtoolsListener } from '@fluxgate/core/devtools'
import { type Severity, severities } from './fault-schedule.ts'
import { Outage } from './outage.ts'

/** `?severity=high&seed=7&past=60#/outage`: `past` is the number of simulated seconds before the start. */
const query = new URLSearchParams(globalThis.location?.search)

const TICK_MS = 100

let outage: Outage | undefined

/** The simulation of this page. The first call starts it. */
export function pageOutage(): Outage {
  if (outage !== undefined) return outage
  const pastMs = Math.min(3_600, Math.max(0, Number(query.get('past') ?? 45) || 0)) * 1_000
  const severity = query.get('severity') ?? ''
  const now = Date.now()
  outage = new Outage({
    seed: Math.max(0, Number(query.get('seed') ?? 7) || 0),
    severity: isSeverity(severity) ? severity : 'high',
    start: now - pastMs,
    listeners: [devtoolsListener()],
  })
  outage.advanceTo(now)
  return outage
}

/** Runs the simulation in real time. Returns a function that stops it. */
export function runOutage(): () => void {
  const timer = setInterval(() => pageOutage().advanceTo(Date.now()), TICK_MS)
  return () => clearInterval(timer)
}

function isSeverity(text: string): text is Severity {
  return Object.hasOwn(severities, text)
}
