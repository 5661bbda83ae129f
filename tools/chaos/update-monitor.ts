import { subscribeTo } from '@fluxgate/testkit/redis/redis-subscriber'

interface Published {
  readonly incarnation: string
  readonly version: number
  readonly fence: number
  readonly holder: string
  readonly state: string
  readonly by: string
}

/**
 * Checks the updates of the store: numbers only grow, a lease has one holder, and only the holder of the
 * last lease decides.
 */
export class UpdateMonitor {
  /** Changes of the shared state, and leases. */
  changes = 0
  leases = 0
  /** Changes that the probes of an instance caused. */
  verdicts = 0
  readonly violations: string[] = []
  /** Ends the subscription. */
  readonly stop: () => void
  readonly #holders = new Map<number, string>()
  readonly #versions = new Map<string, number>()
  #last: Published | undefined

  constructor(redisPort: number, channel: string) {
    this.stop = subscribeTo(redisPort, channel, (text) => this.#receive(JSON.parse(text)))
  }

  #receive(update: Published): void {
    const { incarnation, version, fence, holder, state } = update
    const known = this.#versions.get(incarnation)
    if (known !== undefined && version < known) {
      this.violations.push(`version ${version} after ${known} in incarnation ${incarnation}`)
    }
    if (known !== version) this.changes++
    this.#versions.set(incarnation, version)
    this.#checkVerdict(update)
    const lastFence = this.#last?.fence ?? 0
    if (fence < lastFence) this.violations.push(`fence ${fence} after ${lastFence}`)
    this.#last = update
    if (holder === '') return
    const before = this.#holders.get(fence)
    if (before === undefined) this.leases++
    else if (before !== holder) this.violations.push(`${before} and ${holder} hold lease ${fence}`)
    if (state !== 'open') this.violations.push(`${holder} holds a lease in state ${state}`)
    this.#holders.set(fence, holder)
  }

  /** Only the holder of the last lease ends an open state, or begins another one. */
  #checkVerdict({ incarnation, version, state, by }: Published): void {
    const last = this.#last
    if (last?.incarnation !== incarnation || last.state !== 'open' || version !== last.version + 1)
      return
    this.verdicts++
    if (by !== last.holder) {
      this.violations.push(`${by} decided ${state}, but ${last.holder} held the last lease`)
    }
  }
}
