import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium } from '@playwright/test'

/** What the search for a browser needs of the machine; tests bring their own. */
export interface Machine {
  env: Readonly<Record<string, string | undefined>>
  isRoot: boolean
  isExecutable(path: string): boolean
  /** The browser that `npx playwright install chromium` leaves, whether it is there or not. */
  playwrightBrowser(): string
  /** Runs to the end with its output shown; true when it exited with 0. */
  run(command: string, args: string[]): boolean
  say(line: string): void
}

/** What every Chromium of ours is started with: runs as root, and asks no host on its own account. */
export const browserArgs = ['--no-sandbox', '--disable-background-networking']

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/** The path of a Chromium on this machine, or undefined. Installs nothing. */
export function findBrowser(machine: Machine = thisMachine): string | undefined {
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
export function ensureBrowser(machine: Machine = thisMachine): string {
  const found = findBrowser(machine)
  if (found) return found
  const aptGet = machine.isRoot ? onPath('apt-get', machine) : undefined
  if (aptGet) {
    machine.say("No Chromium found: installing Debian's chromium package with apt-get.")
    const install = ['install', '-y', '--no-install-recommends', 'chromium']
    if (machine.run(aptGet, ['update']) && machine.run(aptGet, install)) {
      const installed = findBrowser(machine)
      if (installed) return installed
    }
  }
  throw new Error(
    "No Chromium to test with: run 'npx playwright install chromium', install your package manager's chromium, or set FLUXGATE_CHROMIUM.",
  )
}

function onPath(name: string, machine: Machine): string | undefined {
  const folders = (machine.env['PATH'] ?? '').split(delimiter).filter(Boolean)
  return folders.map((folder) => join(folder, name)).find((path) => machine.isExecutable(path))
}

const thisMachine: Machine = {
  env: process.env,
  isRoot: process.getuid?.() === 0,
  isExecutable(path) {
    if (!existsSync(path)) return false
    try {
      accessSync(path, constants.X_OK)
      return true
    } catch {
      return false
    }
  },
  playwrightBrowser: () => chromium.executablePath(),
  run: (command, args) =>
    spawnSync(command, args, {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    }).status === 0,
  say: (line) => console.log(line),
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
