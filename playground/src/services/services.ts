import { type Knobs, type ServiceName, type ServiceStatus, serviceNames } from '../knobs.ts'
import { Store } from '../ui/store.ts'
import { pageId } from './page-id.ts'

const POLL_MS = 1_000

/** The status of the services, polled from the server, and the means to inject faults. */
export class Services {
  readonly statuses: Store<readonly ServiceStatus[]>
  /** False while the server does not respond. */
  readonly reachable = new Store(true)
  #lastRequest = 0

  static async open(): Promise<Services> {
    return new Services(await requestStatus())
  }

  private constructor(statuses: readonly ServiceStatus[]) {
    this.statuses = new Store(statuses)
    setInterval(() => document.hidden || this.#update(requestStatus), POLL_MS)
  }

  status(name: ServiceName): ServiceStatus {
    const status = this.statuses.get().find((status) => status.name === name)
    if (!status) throw new Error(`The server has no service ${name}.`)
    return status
  }

  setKnobs(name: ServiceName, knobs: Partial<Knobs>): Promise<void> {
    return this.#update(() => requestStatus(name, knobs))
  }

  async setAllKnobs(knobs: (name: ServiceName) => Knobs): Promise<void> {
    for (const name of serviceNames) await this.setKnobs(name, knobs(name))
  }

  async #update(get: () => Promise<readonly ServiceStatus[]>): Promise<void> {
    const request = ++this.#lastRequest
    try {
      const statuses = await get()
      this.reachable.set(true)
      // ignore the response when a later request was sent
      if (request === this.#lastRequest) this.statuses.set(statuses)
    } catch {
      this.reachable.set(false)
    }
  }
}

async function requestStatus(
  name?: ServiceName,
  knobs?: Partial<Knobs>,
): Promise<readonly ServiceStatus[]> {
  const response = await (name === undefined
    ? fetch(`/services?from=${pageId}`)
    : fetch(`/services/${name}?from=${pageId}`, { method: 'POST', body: JSON.stringify(knobs) }))
  if (!response.ok) throw new Error(`The server answered ${response.status}.`)
  return response.json()
}
