import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { test as base } from '../fixtures.ts'
import { RealFirefox } from './real-firefox.ts'

const require = createRequire(import.meta.url)

interface TestFixtures {
  /** Firefox with the panel shown, and an empty page in its tab. */
  readonly firefox: RealFirefox
}

interface WorkerFixtures {
  /** One browser for all tests, because starting it takes seconds. */
  readonly launched: RealFirefox
  /** The source of axe. Its value is the object `axe`. */
  readonly axe: string
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  launched: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of fixtures from it
    async ({}, use) => {
      const firefox = await RealFirefox.launch()
      await use(firefox)
      await firefox.close()
    },
    { scope: 'worker', timeout: 120_000 },
  ],

  firefox: async ({ launched, server }, use, testInfo) => {
    await launched.goto(`${server.origin}/other`)
    await launched.showPanel()
    await use(launched)
    if (testInfo.status === testInfo.expectedStatus) return
    await testInfo.attach('panel', {
      body: await launched.screenshot(),
      contentType: 'image/png',
    })
  },

  axe: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of fixtures from it
    async ({}, use) => {
      const source = await readFile(require.resolve('axe-core/axe.min.js'), 'utf8')
      await use(`(() => { ${source}; return axe })()`)
    },
    { scope: 'worker' },
  ],
})

export { expect } from '../fixtures.ts'
