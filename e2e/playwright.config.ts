import { browserArgs, findBrowser } from '@fluxgate/testkit/browser'
import { defineConfig } from '@playwright/test'

const browser = findBrowser()

export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  outputDir: '../.results/e2e',
  forbidOnly: process.env['CI'] !== undefined,
  fullyParallel: true,
  retries: 0,
  workers: 2,
  // for a machine that is busy with other things; nothing waits longer than it must
  timeout: 90_000,
  expect: { timeout: 20_000 },
  use: {
    trace: 'retain-on-failure',
    launchOptions: { args: browserArgs, ...(browser && { executablePath: browser }) },
  },
})
