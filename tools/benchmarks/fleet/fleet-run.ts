import { setTimeout as wait } from 'node:timers/promises'
import { FailingService } from '@fluxgate/testkit/fleet/failing-service'
import { InstanceProcess, type InstanceProgram } from '@fluxgate/testkit/fleet/instance-process'
import type { FleetConfig, InstanceConfig } from '@fluxgate/testkit/fleet/instance-protocol'
import { realNow } from '@fluxgate/testkit/fleet/real-now'
import { clientKinds } from '@fluxgate/testkit/redis/redis-clients'
import { RedisServer } from '@fluxgate/testkit/redis/redis-server'

export const INSTANCES = 8
/** Time for connections and for the first calls, in ms. */
const WARM_UP_MS = 1_500

export type RunOptions = Partial<Omit<InstanceConfig, 'fleet' | 'index'>> & {
  readonly shared: boolean
  readonly fleet?: Partial<FleetConfig>
  readonly clockShiftOf?: (index: number) => number
}

/** What the callers of a run saw. */
export interface CallerTotals {
  readonly failed: number
  readonly waited: number
  readonly slowAdmissions: number
  readonly admissions: number
  readonly unhandled: number
}

/** Eight instances of a service, a service that they call, and a Redis of their own. */
export class FleetRun {
  readonly redis: RedisServer
  readonly service: FailingService
  readonly instances: InstanceProcess[]

  static async start(program: InstanceProgram, options: RunOptions): Promise<FleetRun> {
    const { shared, fleet, clockShiftOf = () => 0, ...config } = options
    const redis = await RedisServer.start()
    const service = await FailingService.start()
    const configOf = (index: number): InstanceConfig => ({
      index,
      servicePort: service.port,
      callsPerSecond: 20,
      cooldownMs: 2_000,
      timeoutMs: 1_000,
      clockShiftMs: clockShiftOf(index),
      ...config,
      ...(shared && {
        fleet: {
          redisPort: redis.port,
          client: clientKinds[index % clientKinds.length] ?? 'ioredis 5',
          prefix: 'bench',
          quorum: 2,
          leaseMs: 3_000,
          ...fleet,
        },
      }),
    })
    const indexes = Array.from({ length: INSTANCES }, (_, index) => index)
    const instances = await Promise.all(
      indexes.map((index) => InstanceProcess.start(program, configOf(index))),
    )
    const run = new FleetRun(redis, service, instances)
    await wait(WARM_UP_MS)
    // programs that start slowly must not count as failures of the store
    await run.until(
      () => !shared || instances.every(({ reachable }) => reachable.at(-1)?.reachable),
    )
    return run
  }

  private constructor(redis: RedisServer, service: FailingService, instances: InstanceProcess[]) {
    this.redis = redis
    this.service = service
    this.instances = instances
  }

  /** Waits until `isTrue`, for at most 20 s. */
  async until(isTrue: () => boolean | undefined): Promise<void> {
    for (const end = realNow() + 20_000; isTrue() !== true && realNow() < end; ) await wait(5)
  }

  /** The ms from `since` until each breaker first entered `state`, in order. */
  timesOf(state: 'open' | 'closed', since: number): number[] {
    const times = this.instances.flatMap(({ signals }) => {
      const first = new Map<number, number>()
      for (const { breaker, to, at } of signals) {
        if (to === state && at >= since && !first.has(breaker)) first.set(breaker, at - since)
      }
      return [...first.values()]
    })
    return times.sort((a, b) => a - b)
  }

  /** Ends everything. */
  async end(): Promise<CallerTotals> {
    await Promise.all(this.instances.map((instance) => instance.finish()))
    this.service.stop()
    await this.redis.stop()
    const summaries = this.instances.flatMap(({ summary }) => summary ?? [])
    const sum = (values: number[]) => values.reduce((a, b) => a + b, 0)
    return {
      failed: sum(summaries.map(({ failed }) => failed)),
      waited: sum(summaries.map(({ waited }) => waited)),
      admissions: sum(summaries.map(({ admissions }) => admissions)),
      slowAdmissions: sum(summaries.map(({ slowAdmissions }) => slowAdmissions)),
      unhandled: sum(summaries.map(({ unhandled }) => unhandled.length)),
    }
  }
}
