import { setTimeout as wait } from 'node:timers/promises'
import type { Behaviour } from '@fluxgate/testkit/fleet/failing-service'
import type { InstanceProgram } from '@fluxgate/testkit/fleet/instance-process'
import { realNow } from '@fluxgate/testkit/fleet/real-now'
import { type CallerTotals, FleetRun, INSTANCES, type RunOptions } from './fleet-run.ts'

// Outages of the service while Redis works.

const OUTAGE_MS = 9_000
/** Time for calls that were in flight when the last instance opened. */
const IN_FLIGHT_MS = 50

export interface OutageResult {
  /** Ms from the failure until each breaker was open, in order. */
  readonly openMs: readonly number[]
  /** Calls that reached the service while all instances knew of the outage. */
  readonly probes: number
  /** Ms from the recovery until each breaker was closed, in order. */
  readonly closedMs: readonly number[]
  /** Probes from the recovery until each ramp had begun. */
  readonly recoveryProbes: number
  readonly callers: CallerTotals
}

export async function outage(
  program: InstanceProgram,
  options: RunOptions & { readonly behaviour?: Behaviour; readonly recoveryMs?: number },
): Promise<OutageResult> {
  const { behaviour = 'fail', recoveryMs = 6_000, ...runOptions } = options
  const run = await FleetRun.start(program, runOptions)
  const down = realNow()
  run.service.behaviour = () => behaviour
  await wait(OUTAGE_MS)
  const up = realNow()
  run.service.behaviour = () => 'succeed'
  await wait(recoveryMs)
  const openMs = run.timesOf('open', down)
  const knownAt = down + (openMs.at(-1) ?? 0) + IN_FLIGHT_MS
  const recovery = run.service.hitsBetween(up, Number.POSITIVE_INFINITY)
  return {
    openMs,
    probes: run.service.hitsBetween(knownAt, up).length,
    closedMs: run.timesOf('closed', up),
    recoveryProbes: recovery.filter(({ state, healthy }) => state === 'half_open' && !healthy)
      .length,
    callers: await run.end(),
  }
}

/** An outage under rare calls, from the first call on: until all instances are open. */
export async function rareCallers(
  program: InstanceProgram,
  options: RunOptions & { readonly forMs: number },
): Promise<{ breakers: number; openMs: readonly number[]; failures: number }> {
  const { forMs, ...runOptions } = options
  const run = await FleetRun.start(program, { cooldownMs: 60_000, ...runOptions })
  const down = realNow()
  run.service.behaviour = () => 'fail'
  const breakers = INSTANCES * (options.breakers ?? 1)
  const end = down + forMs
  await run.until(() => run.timesOf('open', down).length >= breakers || realNow() >= end)
  await wait(Math.max(0, Math.min(1_000, end - realNow())))
  const result = {
    breakers,
    openMs: run.timesOf('open', down),
    failures: run.service.hitsBetween(down, realNow()).length,
  }
  await run.end()
  return result
}

/** How many breakers open when the calls of one instance fail. */
export async function failsAlone(program: InstanceProgram, options: RunOptions): Promise<number> {
  const run = await FleetRun.start(program, options)
  const down = realNow()
  run.service.behaviour = (instance) => (instance === 0 ? 'fail' : 'succeed')
  await wait(4_000)
  const opened = run.timesOf('open', down).length
  await run.end()
  return opened
}

/** Ms from the death of the probing instance until the next probe. */
export async function killProber(
  program: InstanceProgram,
  leaseMs: number,
): Promise<{ nextProbeMs: number; closed: number; expected: number }> {
  const run = await FleetRun.start(program, {
    shared: true,
    cooldownMs: 1_500,
    fleet: { leaseMs },
  })
  const down = realNow()
  run.service.behaviour = () => 'fail'
  await run.until(() => run.timesOf('open', down).length === INSTANCES)
  run.service.behaviour = () => 'hang'
  const hangs = realNow()
  const probe = () => run.service.hits.find(({ at, state }) => at > hangs && state === 'half_open')
  await run.until(() => probe() !== undefined)
  const killedAt = realNow()
  run.service.behaviour = () => 'succeed'
  await run.instances[probe()?.instance ?? 0]?.kill()
  const isNext = (at: number) => at > killedAt + IN_FLIGHT_MS
  await run.until(() => run.service.hits.some(({ at }) => isNext(at)))
  const next = run.service.hits.find(({ at }) => isNext(at))
  await wait(1_000)
  const closed = run.timesOf('closed', killedAt).length
  await run.end()
  return { nextProbeMs: (next?.at ?? Number.NaN) - killedAt, closed, expected: INSTANCES - 1 }
}
