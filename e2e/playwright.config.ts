import { browserArgs, findBrowser } from '@fluxgate/testkit/browser'
import { defineConfig } from '@playwright/test'

const browser = findBrowser()

export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  outputDir: '../.results/e2e',
  forbidOnly: process.env['CI'] !== undefined,
  fullyParallel: true,
  // The summary of `npm test` names a test that needed it.
  retries: process.env['CI'] === undefined ? 0 : 1,
  workers: 2,
  // generous, for busy machines
  timeout: 90_000,
  expect: { timeout: 20_000 },
  use: {
    trace: 'retain-on-failure',
    launchOptions: { args: browserArgs, ...(browser && { executablePath: browser }) },
  },
})
