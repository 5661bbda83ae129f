import { Driver } from './driver.ts'
import type { Action } from './operation.ts'
import { take } from './run.ts'
import type { Setup } from './setup.ts'
import { type Situation, situationOf } from './situation.ts'

/** A situation, one way to come to it, and what can be done next. */
interface Place {
  readonly path: readonly Action[]
  readonly choices: readonly Action[]
}

/** How calls are started, and the ways in which one may end. */
export interface Way {
  readonly start: Action
  readonly ends: readonly (Action & { readonly pick: number })[]
}

/**
 * Takes every step from every situation, breadth first, and from each situation only once.
 *
 * @returns every kind of signal and call event that came
 */
export async function explore(setup: Setup, way: Way, depth: number): Promise<string[]> {
  const start = new Driver(setup)
  const known = new Set<string>()
  const told = new Set<string>()
  let places: Place[] = [
    { path: [], choices: choices(setup, start, situationOf(setup, start), way) },
  ]
  for (let length = 1; length <= depth && places.length > 0; length++) {
    const next: Place[] = []
    for (const { path, choices: actions } of places) {
      for (const action of actions) {
        const longer = [...path, action]
        const driver = await walk(setup, longer)
        const situation = situationOf(setup, driver)
        for (const kind of driver.told) told.add(kind)
        if (known.has(situation.name)) continue
        known.add(situation.name)
        next.push({ path: longer, choices: choices(setup, driver, situation, way) })
      }
    }
    places = next
  }
  return [...told]
}

/** Goes the way again with a new breaker, and looks before and after the last step. */
async function walk(setup: Setup, path: readonly Action[]): Promise<Driver> {
  const driver = new Driver(setup)
  driver.timeLimits.install()
  driver.perform({ do: 'subscribe', kind: 'calls' })
  try {
    for (const [index, action] of path.entries()) {
      await take(driver, { ...action, eighths: 4, look: index >= path.length - 2 })
    }
  } catch (error) {
    throw new Error(`${error} after ${JSON.stringify(path, null, 1)}`)
  }
  return driver
}

function choices(
  { probes }: Setup,
  { running }: Driver,
  situation: Situation,
  { start, ends }: Way,
): Action[] {
  const actions: Action[] = [
    { do: 'advance', ms: 1 },
    { do: 'move', move: 'reset' },
    { do: 'move', move: 'forceOpen' },
    { do: 'move', move: 'disable' },
    { do: 'move', move: 'metricsOnly' },
    { do: 'move', move: 'trip' },
    { do: 'move', move: 'trip', forMs: 1 },
  ]
  // One more than the budget allows, to see it rejected.
  if (running.length <= probes) actions.push(start)
  const seen = new Set<string>()
  for (const [pick, name] of situation.running.entries()) {
    if (seen.has(name)) continue
    seen.add(name)
    actions.push(...ends.map((end) => ({ ...end, pick })))
  }
  return actions
}
