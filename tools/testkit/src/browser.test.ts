import { expect, test } from 'vitest'
import { type BrowserMachine, ensureBrowser, findBrowser } from './browser.ts'

/** A machine with these files only; apt-get adds `installs`. */
function machine(files: string[], rest: Partial<BrowserMachine> & { installs?: string } = {}) {
  const present = new Set(files)
  const log: string[] = []
  return {
    log,
    env: { PATH: '/usr/local/bin:/usr/bin' },
    isRoot: true,
    isExecutable: (path: string) => present.has(path),
    playwrightBrowser: () => '/cache/ms-playwright/chrome',
    run(command: string, args: string[]) {
      log.push([command, ...args].join(' '))
      if (args.includes('install') && rest.installs) present.add(rest.installs)
      return true
    },
    say: (line: string) => log.push(line),
    ...rest,
  }
}

test('FLUXGATE_CHROMIUM has precedence and must be executable', () => {
  const env = { FLUXGATE_CHROMIUM: '/opt/mine', PATH: '/usr/bin' }
  expect(findBrowser(machine(['/opt/mine', '/usr/bin/chromium'], { env }))).toBe('/opt/mine')
  expect(() => findBrowser(machine(['/usr/bin/chromium'], { env }))).toThrow(
    "FLUXGATE_CHROMIUM is '/opt/mine'",
  )
})

test("Playwright's download precedes the PATH, and chromium precedes Chrome", () => {
  const downloaded = '/cache/ms-playwright/chrome'
  expect(findBrowser(machine([downloaded, '/usr/bin/chromium']))).toBe(downloaded)
  const both = machine(['/usr/local/bin/google-chrome', '/usr/bin/chromium'])
  expect(findBrowser(both)).toBe('/usr/bin/chromium')
  expect(findBrowser(machine(['/usr/local/bin/google-chrome']))).toBe(
    '/usr/local/bin/google-chrome',
  )
  expect(findBrowser(machine([]))).toBeUndefined()
})

test('does not install a browser that exists', () => {
  const here = machine(['/usr/bin/chromium', '/usr/bin/apt-get'])
  expect(ensureBrowser(here)).toBe('/usr/bin/chromium')
  expect(here.log).toEqual([])
})

test("installs Debian's chromium as root where apt-get exists, and prints that", () => {
  const debian = machine(['/usr/bin/apt-get'], { installs: '/usr/bin/chromium' })
  expect(ensureBrowser(debian)).toBe('/usr/bin/chromium')
  expect(debian.log).toEqual([
    "No Chromium found: installing Debian's chromium package with apt-get.",
    '/usr/bin/apt-get -o Acquire::Retries=3 update',
    '/usr/bin/apt-get -o Acquire::Retries=3 install -y --no-install-recommends chromium',
  ])
})

test.each([
  ['no apt-get', machine([])],
  ['not root', machine(['/usr/bin/apt-get'], { isRoot: false, installs: '/usr/bin/chromium' })],
  ['apt-get fails', machine(['/usr/bin/apt-get'], { run: () => false })],
  ['apt-get installs nothing that runs', machine(['/usr/bin/apt-get'])],
])('%s: the error says in one line what to install', (_case, here) => {
  expect(() => ensureBrowser(here)).toThrow(
    /^No Chromium to test with: run 'npx playwright install chromium'[^\n]*$/,
  )
})
