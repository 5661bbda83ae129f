import { devtoolsListener } from '@fluxgate/core/devtools'
import { type Strength, strengths } from './fault-schedule.ts'
import { Storm } from './outage.ts'

/** `?storm=gale&seed=7&past=60#/storm`: how it begins, and how many seconds of it are over already. */
const query = new URLSearchParams(globalThis.location?.search)

const TICK_MS = 100

let storm: Storm | undefined

/** The storm of this page, which breaks out when somebody first looks for it. */
export function stormHere(): Storm {
  if (storm !== undefined) return storm
  const pastMs = Math.min(3_600, Math.max(0, Number(query.get('past') ?? 45) || 0)) * 1_000
  const wanted = query.get('storm') ?? ''
  const now = Date.now()
  storm = new Storm({
    seed: Math.max(0, Number(query.get('seed') ?? 7) || 0),
    strength: isStrength(wanted) ? wanted : 'gale',
    start: now - pastMs,
    listeners: [devtoolsListener()],
  })
  storm.goOn(now)
  return storm
}

/** Lets it go on while somebody watches; returns the undo. */
export function watchStorm(): () => void {
  const timer = setInterval(() => stormHere().goOn(Date.now()), TICK_MS)
  return () => clearInterval(timer)
}

function isStrength(text: string): text is Strength {
  return text in strengths
}
