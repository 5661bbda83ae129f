import { type ChildProcess, fork } from 'node:child_process'
import { resolve } from 'node:path'
import { createFleet } from '@fluxgate/fleet'
import { MemoryStore } from '@fluxgate/fleet/testing'
import type { FleetOverview, InstanceStatus } from '../../src/fleet-status.ts'
import { FleetInstance, type Origins } from './fleet-instance.ts'
import type { ProcessSettings } from './fleet-process.ts'
import { RedisProcess } from './redis-process.ts'

const NAMES = ['instance 1', 'instance 2', 'instance 3', 'instance 4']

/** An instance, in this process or in its own. */
interface Hosted {
  readonly status: InstanceStatus | undefined
  setActive(isActive: boolean): void
  close(): void | Promise<void>
}

/**
 * Runs the fleet of the server view: four processes on one Redis, that of `REDIS_URL` or a
 * `redis-server` of its own. Without Redis, four instances in this process share their circuits.
 */
export class FleetHost {
  readonly #instances: readonly Hosted[]
  readonly #store: FleetOverview['store']
  readonly #redis: RedisProcess | undefined

  static async start(origins: Origins, redisUrl = process.env['REDIS_URL']): Promise<FleetHost> {
    const redis = redisUrl === undefined ? await RedisProcess.start() : undefined
    const url = redisUrl ?? redis?.url
    if (url === undefined) return new FleetHost(inThisProcess(origins), 'memory')
    const prefix = `playground-${process.pid}`
    const processes = NAMES.map(
      (name) => new InstanceProcess({ name, redisUrl: url, prefix, origins }),
    )
    return new FleetHost(processes, 'redis', redis)
  }

  private constructor(
    instances: readonly Hosted[],
    store: FleetOverview['store'],
    redis?: RedisProcess,
  ) {
    this.#instances = instances
    this.#store = store
    this.#redis = redis
  }

  get overview(): FleetOverview {
    const statuses = this.#instances.map(({ status }) => status)
    return { store: this.#store, instances: statuses.filter((status) => status !== undefined) }
  }

  /** Whether the instances call the services. */
  setActive(isActive: boolean): void {
    for (const instance of this.#instances) instance.setActive(isActive)
  }

  async close(): Promise<void> {
    await Promise.all(this.#instances.map((instance) => instance.close()))
    this.#redis?.close()
  }
}

function inThisProcess(origins: Origins): FleetInstance[] {
  const store = new MemoryStore()
  return NAMES.map(
    (name) => new FleetInstance(name, createFleet(store, { quorum: 2, timeoutMs: 1_000 }), origins),
  )
}

class InstanceProcess implements Hosted {
  status: InstanceStatus | undefined
  readonly #process: ChildProcess

  constructor(settings: ProcessSettings) {
    const file = resolve(import.meta.dirname, 'fleet-process.ts')
    this.#process = fork(file, [JSON.stringify(settings)])
    this.#process.on('message', (status: InstanceStatus) => {
      this.status = status
    })
    this.#process.on('exit', () => {
      this.status = undefined
    })
  }

  setActive(isActive: boolean): void {
    if (this.#process.connected) this.#process.send(isActive)
  }

  close(): void {
    this.#process.kill('SIGKILL')
  }
}
