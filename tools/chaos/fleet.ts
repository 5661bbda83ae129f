import { setTimeout as wait } from 'node:timers/promises'
import { FailingService } from '@fluxgate/testkit/fleet/failing-service'
import { InstanceProcess, InstanceProgram } from '@fluxgate/testkit/fleet/instance-process'
import type { InstanceConfig, SampleReport } from '@fluxgate/testkit/fleet/instance-protocol'
import { clientKinds } from '@fluxgate/testkit/redis/redis-clients'
import { RedisServer } from '@fluxgate/testkit/redis/redis-server'
import { TcpProxy } from '@fluxgate/testkit/redis/tcp-proxy'

const PREFIX = 'chaos'
const CLOSE_MS = 15_000

/** An instance, which is started again when it was killed, and its proxy to Redis. */
interface ProxiedInstance {
  readonly proxy: TcpProxy
  process: InstanceProcess
}

/** Instances of a service. Each connects to Redis through a proxy of its own. */
export class Fleet {
  readonly redis: RedisServer
  readonly service: FailingService
  readonly members: readonly ProxiedInstance[]
  /** All instances that ran, also those that were killed. */
  readonly all: InstanceProcess[] = []
  /** Instances that something kept alive after they had finished. */
  keptAlive = 0
  readonly #program: InstanceProgram

  static async start(size: number): Promise<Fleet> {
    const program = await InstanceProgram.build()
    const redis = await RedisServer.start()
    const service = await FailingService.start()
    const members = await Promise.all(
      Array.from({ length: size }, async (_, index) => {
        const proxy = await TcpProxy.start(redis.port)
        const process = await startInstance(program, service, proxy, index)
        return { proxy, process }
      }),
    )
    return new Fleet(program, redis, service, members)
  }

  private constructor(
    program: InstanceProgram,
    redis: RedisServer,
    service: FailingService,
    members: readonly ProxiedInstance[],
  ) {
    this.#program = program
    this.redis = redis
    this.service = service
    this.members = members
    this.all.push(...members.map(({ process }) => process))
  }

  static readonly channel = `${PREFIX}:1:updates`

  at(index: number): ProxiedInstance {
    const member = this.members[index]
    if (member === undefined) throw new Error(`no instance ${index}`)
    return member
  }

  async replace(index: number, afterMs: number): Promise<void> {
    const member = this.at(index)
    await member.process.kill()
    await wait(afterMs)
    member.process = await startInstance(this.#program, this.service, member.proxy, index)
    this.all.push(member.process)
  }

  samples(): Promise<(SampleReport | undefined)[]> {
    return Promise.all(this.members.map(({ process }) => process.sample()))
  }

  /** Waits until all instances share the closed circuit. Returns the ms, or undefined after 15 s. */
  async whenClosed(): Promise<number | undefined> {
    const start = performance.now()
    for (;;) {
      const samples = await this.samples()
      const agree = samples.every(
        (sample) =>
          sample?.reachable === true && sample.state === 'closed' && sample.fleetState === 'closed',
      )
      const ms = performance.now() - start
      if (agree) return ms
      if (ms > CLOSE_MS) return undefined
      await wait(50)
    }
  }

  async stop(): Promise<void> {
    const ended = await Promise.all(this.members.map(({ process }) => process.finish()))
    this.keptAlive = ended.filter((byItself) => !byItself).length
    this.service.stop()
    await Promise.all(this.members.map(({ proxy }) => proxy.stop()))
    await this.redis.stop()
    await this.#program.remove()
  }
}

async function startInstance(
  program: InstanceProgram,
  service: FailingService,
  proxy: TcpProxy,
  index: number,
): Promise<InstanceProcess> {
  const config: InstanceConfig = {
    index,
    servicePort: service.port,
    callsPerSecond: 20,
    cooldownMs: 1_000,
    timeoutMs: 500,
    ...(index % 2 === 0 && { rampMs: 500 }),
    fleet: {
      redisPort: proxy.port,
      client: clientKinds[index % clientKinds.length] ?? 'ioredis 5',
      prefix: PREFIX,
      quorum: 2,
      leaseMs: 1_500,
      fleetWide: { minRequests: 40, failureRate: 0.5 },
    },
  }
  return InstanceProcess.start(program, config)
}
