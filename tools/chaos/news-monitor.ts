import { Redis } from 'ioredis'

interface Published {
  readonly life: string
  readonly version: number
  readonly fence: number
  readonly holder: string
  readonly state: string
}

/** Reads what the store publishes, and checks that its numbers only grow and name one prober. */
export class NewsMonitor {
  /** Changes of the shared state, and leases. */
  changes = 0
  leases = 0
  readonly violations: string[] = []
  readonly #client: Redis
  readonly #holders = new Map<number, string>()
  readonly #versions = new Map<string, number>()
  #lastFence = 0

  constructor(redisPort: number, channel: string) {
    this.#client = new Redis({
      port: redisPort,
      retryStrategy: () => 50,
      maxRetriesPerRequest: null,
    })
    this.#client.on('error', () => {})
    this.#client.on('message', (_channel, text) => this.#receive(JSON.parse(text)))
    void this.#client.subscribe(channel)
  }

  stop(): void {
    this.#client.disconnect()
  }

  #receive({ life, version, fence, holder, state }: Published): void {
    const known = this.#versions.get(life)
    if (known !== undefined && version < known) {
      this.violations.push(`version ${version} after ${known} in life ${life}`)
    }
    if (known !== version) this.changes++
    this.#versions.set(life, version)
    if (fence < this.#lastFence) this.violations.push(`fence ${fence} after ${this.#lastFence}`)
    this.#lastFence = fence
    if (holder === '') return
    const before = this.#holders.get(fence)
    if (before === undefined) this.leases++
    else if (before !== holder) this.violations.push(`${before} and ${holder} hold lease ${fence}`)
    if (state !== 'open') this.violations.push(`${holder} holds a lease in state ${state}`)
    this.#holders.set(fence, holder)
  }
}
