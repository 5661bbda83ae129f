import { setTimeout as wait } from 'node:timers/promises'
import type { InstanceProgram } from '@fluxgate/testkit/fleet/instance-process'
import { realNow } from '@fluxgate/testkit/fleet/real-now'
import { type CallerTotals, FleetRun } from './fleet-run.ts'

// Faults of Redis while the service works.

export interface StoreFaultResult {
  /** Ms until the last instance was alone, and shared again after Redis was back. */
  readonly aloneMs: number
  readonly backMs: number
  readonly callers: CallerTotals
  /** Breakers that opened or changed their state at all. */
  readonly signals: number
}

const DOWN_MS = 3_000

export async function redisFails(
  program: InstanceProgram,
  kind: 'killed' | 'paused',
): Promise<StoreFaultResult> {
  // instances that share no counts have nothing to report, and notice it at their next poll
  const fleet = { fleetWide: { minRequests: 20, failureRate: 0.5 } }
  const run = await FleetRun.start(program, { shared: true, fleet })
  const before = run.instances.reduce((sum, { signals }) => sum + signals.length, 0)
  const failed = realNow()
  if (kind === 'killed') await run.redis.kill()
  else run.redis.pause()
  await wait(DOWN_MS)
  const aloneMs = lastChange(run, false, failed)
  if (kind === 'killed') await run.redis.restart()
  else run.redis.resume()
  const back = realNow()
  await run.until(() => !Number.isNaN(lastChange(run, true, back)))
  await wait(500)
  const backMs = lastChange(run, true, back)
  const signals = run.instances.reduce((sum, each) => sum + each.signals.length, 0) - before
  return { aloneMs, backMs, signals, callers: await run.end() }
}

/** When the last instance changed to `reachable`, in ms from `since`; NaN while one has not. */
function lastChange(run: FleetRun, reachable: boolean, since: number): number {
  const times = run.instances.map((instance) => {
    const change = instance.reachable.find(
      (each) => each.reachable === reachable && each.at > since,
    )
    return (change?.at ?? Number.NaN) - since
  })
  return Math.max(...times)
}
