import { setTimeout as wait } from 'node:timers/promises'
import type { Fault } from './fault-schedule.ts'
import type { Fleet } from './fleet.ts'

/** Applies faults, one at a time for each instance and for Redis, and ends them. */
export class FaultInjector {
  /** How often each fault was applied. */
  readonly counts = new Map<string, number>()
  /** Manual states that an instance left without a command. */
  readonly lostManualStates: string[] = []
  readonly #fleet: Fleet
  readonly #busy = new Map<string, Promise<void>>()

  constructor(fleet: Fleet) {
    this.#fleet = fleet
  }

  /** Returns false when the target still has another fault. */
  apply(fault: Fault): boolean {
    const target =
      'instance' in fault
        ? `instance ${fault.instance}`
        : fault.kind === 'service'
          ? 'service'
          : 'redis'
    if (this.#busy.has(target)) return false
    this.counts.set(fault.kind, (this.counts.get(fault.kind) ?? 0) + 1)
    this.#busy.set(
      target,
      this.#run(fault).finally(() => this.#busy.delete(target)),
    )
    return true
  }

  /** Waits until all faults have ended, and the service works. */
  async end(): Promise<void> {
    await Promise.all(this.#busy.values())
    this.#fleet.service.behaviour = () => 'succeed'
  }

  async #run(fault: Fault): Promise<void> {
    const { redis, service } = this.#fleet
    switch (fault.kind) {
      case 'kill instance':
        return this.#fleet.replace(fault.instance, fault.forMs)
      case 'pause instance': {
        const { process } = this.#fleet.at(fault.instance)
        process.pause()
        await wait(fault.forMs)
        return process.resume()
      }
      case 'partition':
      case 'reset connection': {
        const { proxy } = this.#fleet.at(fault.instance)
        proxy.mode = fault.kind === 'partition' ? 'hold' : 'reset'
        await wait(fault.forMs)
        proxy.mode = 'forward'
        return
      }
      case 'slow network': {
        const { proxy } = this.#fleet.at(fault.instance)
        proxy.delayMs = 250
        await wait(fault.forMs)
        proxy.delayMs = 0
        return
      }
      case 'shift clock':
        return this.#fleet
          .at(fault.instance)
          .process.send({ kind: 'shift clock', byMs: fault.byMs })
      case 'manual':
        return this.#setManualState(fault.instance, fault.to, fault.forMs)
      case 'kill redis':
        await redis.kill()
        await wait(fault.forMs)
        return redis.restart()
      case 'pause redis':
        redis.pause()
        await wait(fault.forMs)
        return redis.resume()
      case 'flush redis':
        await redis.command('FLUSHALL')
        return
      case 'service':
        service.behaviour = () => fault.behaviour
    }
  }

  /** A manual state of one instance lasts until its next command, also when the fleet changes its state. */
  async #setManualState(
    index: number,
    to: 'forced_open' | 'disabled',
    forMs: number,
  ): Promise<void> {
    const { process } = this.#fleet.at(index)
    process.send({ kind: 'transition', to })
    await wait(100)
    const before = await process.sample()
    await wait(forMs)
    const after = await process.sample()
    for (const sample of [before, after]) {
      if (sample !== undefined && sample.state !== to) {
        this.lostManualStates.push(`instance ${index} is ${sample.state} instead of ${to}`)
      }
    }
    process.send({ kind: 'transition', to: 'closed' })
  }
}
