import { pathToFileURL } from 'node:url'
import { chromium } from '@playwright/test'
import { ensureProgram, type Machine, onPath, thisMachine } from './machine.ts'

/** What Playwright knows about browsers, besides. */
export interface BrowserMachine extends Machine {
  /** The browser that `npx playwright install chromium` leaves, whether it is there or not. */
  playwrightBrowser(): string
}

/** What every Chromium of ours is started with: runs as root, and asks no host on its own account. */
export const browserArgs = ['--no-sandbox', '--disable-background-networking']

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

const withPlaywright: BrowserMachine = {
  ...thisMachine,
  playwrightBrowser: () => chromium.executablePath(),
}

/** The path of a Chromium on this machine, or undefined. Installs nothing. */
export function findBrowser(machine: BrowserMachine = withPlaywright): string | undefined {
  const chosen = machine.env['FLUXGATE_CHROMIUM']
  if (chosen) {
    if (machine.isExecutable(chosen)) return chosen
    throw new Error(`FLUXGATE_CHROMIUM is '${chosen}', which is no file that can be run.`)
  }
  const downloaded = machine.playwrightBrowser()
  if (machine.isExecutable(downloaded)) return downloaded
  return names.map((name) => onPath(name, machine)).find((path) => path !== undefined)
}

/** As `findBrowser`, but installs Debian's Chromium where that can be done, and throws where it cannot. */
export function ensureBrowser(machine: BrowserMachine = withPlaywright): string {
  return ensureProgram(
    {
      name: 'Chromium',
      debianPackage: 'chromium',
      find: () => findBrowser(machine),
      remedy:
        "run 'npx playwright install chromium', install your package manager's chromium, or set FLUXGATE_CHROMIUM.",
    },
    machine,
  )
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
