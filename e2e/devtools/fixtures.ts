import { test as base } from '@playwright/test'
import { type PageServer, servePages } from './page-server.ts'
import { PanelDriver } from './panel-driver.ts'
import { type InspectedTab, RealDevtools } from './real-devtools.ts'

const script = '<script type="module" src="/circuits.js"></script>'

const pages = {
  '/': `<!doctype html><title>App</title><h1>App</h1>${script}`,
  '/other': '<!doctype html><title>Other</title><h1>Another page, without Fluxgate</h1>',
  '/bare': '<!doctype html><title>Bare</title><h1>No circuits</h1>',
  '/inline':
    '<!doctype html><html lang="en"><title>App</title><main><h1>App</h1></main><script type="module" src="/inline.js"></script></html>',
  '/frame': `<!doctype html><title>Frame</title><h1>Frame</h1>${script}`,
  '/late-frame':
    "<!doctype html><title>Late</title><script>setTimeout(() => import('/circuits.js'), 1_000)</script>",
}

/** A tab of a real Chromium with its DevTools and the panel in them. */
export interface Inspected extends InspectedTab {
  readonly driver: PanelDriver
}

interface OpenOptions {
  /** Uses a new tab, whose panel was never shown, and does not show it. */
  readonly fresh?: boolean
}

interface TestFixtures {
  /** Opens a path or URL, and shows an empty panel. */
  readonly open: (path: string, options?: OpenOptions) => Promise<Inspected>
}

interface WorkerFixtures {
  readonly real: RealDevtools
  readonly server: PageServer
  /** Tabs for reuse, because opening DevTools takes seconds. */
  readonly usedTabs: Inspected[]
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  server: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of fixtures from it
    async ({}, use) => {
      const server = await servePages(pages)
      await use(server)
      await server.close()
    },
    { scope: 'worker' },
  ],

  real: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of fixtures from it
    async ({}, use) => {
      const real = await RealDevtools.launch()
      await use(real)
      await real.close()
    },
    { scope: 'worker' },
  ],

  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of fixtures from it
  usedTabs: [async ({}, use) => use([]), { scope: 'worker' }],

  open: async ({ real, server, usedTabs }, use, testInfo) => {
    const opened: Inspected[] = []
    await use(async (path, { fresh = false } = {}) => {
      const url = new URL(path, server.origin).href
      const used = fresh ? undefined : usedTabs.pop()
      const tab = used ?? (await newTab(real, url))
      opened.push(tab)
      if (used !== undefined) {
        await used.page.goto(url)
        await used.driver.restart()
      } else if (!fresh) {
        await tab.driver.show()
      }
      return tab
    })
    const failed = testInfo.status !== testInfo.expectedStatus
    for (const tab of opened) {
      if (failed) {
        const body = Buffer.from(await tab.devtools.screenshot())
        await testInfo.attach('devtools', { body, contentType: 'image/png' })
        await tab.page.close()
      } else usedTabs.push(tab)
    }
  },
})

async function newTab(real: RealDevtools, url: string): Promise<Inspected> {
  const tab = await real.open(url)
  return { ...tab, driver: new PanelDriver(tab) }
}

export { expect } from '@playwright/test'
