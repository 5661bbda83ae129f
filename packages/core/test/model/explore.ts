import { Driver } from './driver.ts'
import type { Action } from './operation.ts'
import { take } from './run.ts'
import type { Setup } from './setup.ts'
import { type Situation, situationOf } from './situation.ts'

/** A situation, the shortest sequence that leads to it, and the possible next steps. */
interface Frontier {
  readonly path: readonly Action[]
  readonly choices: readonly Action[]
}

/** How calls are started, and how one may end. */
export interface CallKind {
  readonly start: Action
  readonly ends: readonly (Action & { readonly pick: number })[]
}

/**
 * Takes every step from every situation, breadth first. Each situation is expanded once.
 *
 * @returns every kind of signal and call event that occurred
 */
export async function explore(setup: Setup, callKind: CallKind, depth: number): Promise<string[]> {
  const start = new Driver(setup)
  const known = new Set<string>()
  const kinds = new Set<string>()
  let frontier: Frontier[] = [
    { path: [], choices: choices(setup, start, situationOf(setup, start), callKind) },
  ]
  for (let length = 1; length <= depth && frontier.length > 0; length++) {
    const next: Frontier[] = []
    for (const { path, choices: actions } of frontier) {
      for (const action of actions) {
        const longer = [...path, action]
        const driver = await replay(setup, longer)
        const situation = situationOf(setup, driver)
        for (const kind of driver.kinds) kinds.add(kind)
        if (known.has(situation.name)) continue
        known.add(situation.name)
        next.push({ path: longer, choices: choices(setup, driver, situation, callKind) })
      }
    }
    frontier = next
  }
  return [...kinds]
}

/** Repeats the sequence with a new breaker, and compares before and after the last step. */
async function replay(setup: Setup, path: readonly Action[]): Promise<Driver> {
  const driver = new Driver(setup)
  driver.perform({ do: 'subscribe', kind: 'calls' })
  try {
    for (const [index, action] of path.entries()) {
      await take(driver, { ...action, eighths: 4, compare: index >= path.length - 2 })
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
  { start, ends }: CallKind,
): Action[] {
  const actions: Action[] = [
    { do: 'advance', ms: 1 },
    { do: 'move', move: 'reset' },
    { do: 'move', move: 'forceOpen' },
    { do: 'move', move: 'disable' },
    { do: 'move', move: 'metricsOnly' },
    { do: 'move', move: 'halfOpen' },
    { do: 'move', move: 'trip' },
    { do: 'move', move: 'trip', forMs: 1 },
    { do: 'judge' },
  ]
  // One more than the budget, so that one is rejected.
  if (running.length <= probes) actions.push(start)
  const seen = new Set<string>()
  for (const [pick, name] of situation.running.entries()) {
    if (seen.has(name)) continue
    seen.add(name)
    actions.push(...ends.map((end) => ({ ...end, pick })))
  }
  return actions
}
