import { browserArgs, findBrowser } from '@fluxgate/testkit/browser'
import { defineConfig } from '@playwright/test'

const browser = findBrowser()

export default defineConfig({
  testDir: '.',
  // `npm test` leaves out the slow ones
  projects: [
    { name: 'usual', testMatch: '**/*.spec.ts', testIgnore: '**/*.slow.spec.ts' },
    { name: 'slow', testMatch: '**/*.slow.spec.ts' },
  ],
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
    // recording each test takes a third of the time; `--trace on` does
    trace: 'on-first-retry',
    launchOptions: {
      // remote host names that resolve to this machine
      args: [...browserArgs, '--host-resolver-rules=MAP *.example 127.0.0.1'],
      ...(browser && { executablePath: browser }),
    },
  },
})
