import { PlaygroundProcess } from '@fluxgate/testkit/playground-process'
import { test as base, expect } from '@playwright/test'
import {
  healthy,
  type Knobs,
  type ServiceName,
  type ServiceStatus,
  serviceNames,
} from '../../playground/src/knobs.ts'

/** The flaky services, seen and turned from outside the page. */
interface Services {
  turn(name: ServiceName, knobs: Partial<Knobs>): Promise<void>
  /** Requests that have arrived, as the service counts them. */
  received(name: ServiceName): Promise<number>
}

interface Fixtures {
  services: Services
  /** Fails the test when the page complained in its console. */
  quietConsole: undefined
}

/** Tests of the playground: `page.goto('/')` is its page, every service is healthy at first. */
export const test = base.extend<Fixtures, { playground: PlaygroundProcess }>({
  playground: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the parameters' names
    async ({}, use) => {
      const playground = await PlaygroundProcess.start()
      await use(playground)
      await playground.stop()
    },
    { scope: 'worker' },
  ],

  baseURL: async ({ playground }, use) => use(playground.url),

  services: [
    async ({ request }, use) => {
      const services: Services = {
        async turn(name, knobs) {
          expect((await request.post(`services/${name}`, { data: knobs })).status()).toBe(200)
        },
        async received(name) {
          const statuses: ServiceStatus[] = await (await request.get('services')).json()
          return statuses.find((status) => status.name === name)?.received ?? Number.NaN
        },
      }
      for (const name of serviceNames) await services.turn(name, healthy)
      await use(services)
    },
    { auto: true },
  ],

  quietConsole: [
    async ({ page, playground }, use) => {
      const complaints: string[] = []
      page.on('pageerror', (error) => complaints.push(String(error)))
      page.on('console', (message) => {
        // that a service answered 503 is what the browser itself says of every such response
        const ofService =
          !message.location().url.startsWith(playground.url) && /503/.test(message.text())
        if (['error', 'warning'].includes(message.type()) && !ofService) {
          complaints.push(message.text())
        }
      })
      await use(undefined)
      expect(complaints).toEqual([])
    },
    { auto: true },
  ],
})

export { expect }
