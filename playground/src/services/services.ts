import { type Knobs, type ServiceName, type ServiceStatus, serviceNames } from '../knobs.ts'
import { Store } from '../ui/store.ts'

const LOOK_MS = 1_000

/** The services as their server sees them, and the way to turn their knobs. */
export class Services {
  readonly statuses: Store<readonly ServiceStatus[]>
  /** False when the server of this page is gone. */
  readonly reachable = new Store(true)
  #asked = 0

  static async open(): Promise<Services> {
    return new Services(await ask())
  }

  private constructor(statuses: readonly ServiceStatus[]) {
    this.statuses = new Store(statuses)
    setInterval(() => document.hidden || this.#update(ask), LOOK_MS)
  }

  status(name: ServiceName): ServiceStatus {
    const status = this.statuses.get().find((status) => status.name === name)
    if (!status) throw new Error(`The server knows no service ${name}.`)
    return status
  }

  turn(name: ServiceName, knobs: Partial<Knobs>): Promise<void> {
    return this.#update(() => ask(name, knobs))
  }

  async turnAll(knobs: (name: ServiceName) => Knobs): Promise<void> {
    for (const name of serviceNames) await this.turn(name, knobs(name))
  }

  async #update(get: () => Promise<readonly ServiceStatus[]>): Promise<void> {
    const turn = ++this.#asked
    try {
      const statuses = await get()
      this.reachable.set(true)
      // an answer that a later question has overtaken is old
      if (turn === this.#asked) this.statuses.set(statuses)
    } catch {
      this.reachable.set(false)
    }
  }
}

async function ask(name?: ServiceName, knobs?: Partial<Knobs>): Promise<readonly ServiceStatus[]> {
  const response = await (name === undefined
    ? fetch('/services')
    : fetch(`/services/${name}`, { method: 'POST', body: JSON.stringify(knobs) }))
  if (!response.ok) throw new Error(`The server answered ${response.status}.`)
  return response.json()
}
