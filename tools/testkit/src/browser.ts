import { pathToFileURL } from 'node:url'
import { chromium } from '@playwright/test'
import { ensureProgram, type Machine, onPath, thisMachine } from './machine.ts'

/** A machine with Playwright's own browser. */
export interface BrowserMachine extends Machine {
  /** Where `npx playwright install chromium` puts its browser, installed or not. */
  playwrightBrowser(): string
}

/** Flags of every Chromium: it can run as root, and makes no requests in the background. */
export const browserArgs = ['--no-sandbox', '--disable-background-networking']

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

const withPlaywright: BrowserMachine = {
  ...thisMachine,
  playwrightBrowser: () => chromium.executablePath(),
}

/** The path of an installed Chromium, or undefined. */
export function findBrowser(machine: BrowserMachine = withPlaywright): string | undefined {
  const chosen = machine.env['FLUXGATE_CHROMIUM']
  if (chosen) {
    if (machine.isExecutable(chosen)) return chosen
    throw new Error(`FLUXGATE_CHROMIUM is '${chosen}', which is not an executable file.`)
  }
  const downloaded = machine.playwrightBrowser()
  if (machine.isExecutable(downloaded)) return downloaded
  return names.map((name) => onPath(name, machine)).find((path) => path !== undefined)
}

/**
 * Like `findBrowser`, but installs Debian's Chromium if needed.
 *
 * @throws Error when it cannot be installed
 */
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
