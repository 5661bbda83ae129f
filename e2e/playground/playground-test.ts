import { PlaygroundProcess } from '@fluxgate/testkit/playground-process'
import { test as base, expect } from '@playwright/test'
import {
  healthy,
  type Knobs,
  type ServiceName,
  type ServiceStatus,
  serviceNames,
} from '../../playground/src/knobs.ts'

/** The flaky services, controlled from outside of the page. */
interface Services {
  setKnobs(name: ServiceName, knobs: Partial<Knobs>): Promise<void>
  /** Number of requests, as the service counts them. */
  received(name: ServiceName): Promise<number>
}

interface Fixtures {
  services: Services
  /** Fails the test when the page writes an error or a warning to its console. */
  cleanConsole: undefined
}

/** The test function for the playground: `page.goto('/')` opens it, and all services start healthy. */
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
        async setKnobs(name, knobs) {
          expect((await request.post(`services/${name}`, { data: knobs })).status()).toBe(200)
        },
        async received(name) {
          const statuses: ServiceStatus[] = await (await request.get('services')).json()
          return statuses.find((status) => status.name === name)?.received ?? Number.NaN
        },
      }
      for (const name of serviceNames) await services.setKnobs(name, healthy)
      await use(services)
    },
    { auto: true },
  ],

  cleanConsole: [
    async ({ page, playground }, use) => {
      const problems: string[] = []
      page.on('pageerror', (error) => problems.push(String(error)))
      page.on('console', (message) => {
        // browsers log every response with status 503
        const ofService =
          !message.location().url.startsWith(playground.url) && /503/.test(message.text())
        if (['error', 'warning'].includes(message.type()) && !ofService) {
          problems.push(message.text())
        }
      })
      await use(undefined)
      expect(problems).toEqual([])
    },
    { auto: true },
  ],
})

export { expect }
