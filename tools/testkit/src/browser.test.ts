import { expect, test } from 'vitest'
import { type BrowserMachine, ensureBrowser, findBrowser } from './browser.ts'

/** A machine on which only these files are executable. */
function machine(files: string[], env: Record<string, string> = {}): BrowserMachine {
  return {
    env: { PATH: '/usr/local/bin:/usr/bin', ...env },
    isExecutable: (path) => files.includes(path),
    playwrightBrowser: () => '/cache/ms-playwright/chrome',
  }
}

test('prefers FLUXGATE_CHROMIUM, which must be executable', () => {
  const env = { FLUXGATE_CHROMIUM: '/opt/mine' }
  expect(findBrowser(machine(['/opt/mine', '/usr/bin/chromium'], env))).toBe('/opt/mine')
  expect(() => findBrowser(machine(['/usr/bin/chromium'], env))).toThrow(
    "FLUXGATE_CHROMIUM must be an executable file, got '/opt/mine'",
  )
})

test("prefers Playwright's download to the PATH, and Chromium to Chrome", () => {
  const downloaded = '/cache/ms-playwright/chrome'
  const chrome = '/usr/local/bin/google-chrome'
  expect(findBrowser(machine([downloaded, '/usr/bin/chromium']))).toBe(downloaded)
  expect(findBrowser(machine([chrome, '/usr/bin/chromium']))).toBe('/usr/bin/chromium')
  expect(findBrowser(machine([chrome]))).toBe(chrome)
  expect(findBrowser(machine([]))).toBeUndefined()
})

test('says in one line how to install Chromium', () => {
  expect(() => ensureBrowser(machine([]))).toThrow(
    /^Chromium is not installed: run 'npx playwright install chromium'[^\n]*$/,
  )
})
