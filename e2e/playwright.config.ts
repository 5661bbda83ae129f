import { defineConfig } from '@playwright/test'
import { browserArgs, findBrowser } from './tools/browser.ts'

const browser = findBrowser()

export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  outputDir: '../.results/e2e',
  forbidOnly: process.env['CI'] !== undefined,
  fullyParallel: true,
  retries: 0,
  workers: 2,
  timeout: 30_000,
  use: {
    trace: 'retain-on-failure',
    launchOptions: { args: browserArgs, ...(browser && { executablePath: browser }) },
  },
})
