import { test as base } from '../fixtures.ts'
import { RealFirefox } from './real-firefox.ts'

interface TestFixtures {
  /** Firefox with the panel shown, and an empty page in its tab. */
  readonly firefox: RealFirefox
}

interface WorkerFixtures {
  /** One browser for all tests, because starting it takes seconds. */
  readonly launched: RealFirefox
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
})

export { expect } from '../fixtures.ts'
