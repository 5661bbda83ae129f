import { pathToFileURL } from 'node:url'
import { chromium } from '@playwright/test'
import { ensureProgram, type Machine, onPath, thisMachine } from './program.ts'

/** The machine, with Playwright's knowledge of its browsers. */
export interface BrowserMachine extends Machine {
  /** The path where `npx playwright install chromium` installs the browser. */
  playwrightBrowser(): string
}

/** Parts of Chromium that tests do not use. Chromium starts them again for each window or page. */
const unusedFeatures = [
  // two hidden pages in each window, which cost as much time as the page under test
  'WebUIOmniboxPopup',
  'WebUIOmniboxAimPopup',
  // a process for the next page
  'SpareRendererForSitePerProcess',
  // what Playwright itself turns off: Chromium reads only the last list
  'AimEnabled',
  'AvoidCorsURLLoaderRestartOnRedirect',
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsFirstBalancedModeAutoEnable',
  'HttpsUpgrades',
  'LensOverlay',
  'MediaRouter',
  'NetworkTimeServiceQuerying',
  'OptimizationHints',
  'PaintHolding',
  'PreconnectToSearch',
  'ThirdPartyStoragePartitioning',
]

/** The arguments of every Chromium: it runs as root and makes no requests of its own. */
export const browserArgs = [
  '--no-sandbox',
  '--disable-background-networking',
  `--disable-features=${unusedFeatures.join(',')}`,
]

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

const withPlaywright: BrowserMachine = {
  ...thisMachine,
  playwrightBrowser: () => chromium.executablePath(),
}

/**
 * The path of Chromium: `FLUXGATE_CHROMIUM`, then Playwright's own download, then the PATH.
 *
 * @throws Error when `FLUXGATE_CHROMIUM` is not an executable file
 */
export function findBrowser(machine: BrowserMachine = withPlaywright): string | undefined {
  const configured = machine.env['FLUXGATE_CHROMIUM']
  if (configured) {
    if (machine.isExecutable(configured)) return configured
    throw new Error(`FLUXGATE_CHROMIUM must be an executable file, got '${configured}'`)
  }
  const downloaded = machine.playwrightBrowser()
  if (machine.isExecutable(downloaded)) return downloaded
  return names.map((name) => onPath(name, machine)).find((path) => path !== undefined)
}

/** @throws Error of one line that says how to install Chromium */
export function ensureBrowser(machine: BrowserMachine = withPlaywright): string {
  return ensureProgram({
    name: 'Chromium',
    find: () => findBrowser(machine),
    install:
      "run 'npx playwright install chromium' or 'apt-get install chromium', or set FLUXGATE_CHROMIUM to its path",
  })
}

const isMain = import.meta.url === pathToFileURL(process.argv[1] ?? '').href
if (isMain) {
  try {
    console.log(`Browser: ${ensureBrowser()}`)
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  }
}
