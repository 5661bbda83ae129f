import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** The machine that a program is searched on; tests pass their own. */
export interface Machine {
  env: Readonly<Record<string, string | undefined>>
  isRoot: boolean
  isExecutable(path: string): boolean
  /** Runs a command with visible output; true when it exits with 0. */
  run(command: string, args: string[]): boolean
  say(line: string): void
}

/** A program that tests need and that npm does not install. */
export interface Program {
  /** As in "No Chromium found". */
  name: string
  /** The Debian package that contains it. */
  debianPackage: string
  /** Its path, or undefined when it is not installed. */
  find(): string | undefined
  /** The advice of the error message when it cannot be installed. */
  remedy: string
}

/**
 * The path of a program, after installing it with apt-get if needed.
 *
 * @throws Error with the remedy when it cannot be installed
 */
export function ensureProgram(program: Program, machine: Machine): string {
  const { name, debianPackage, remedy } = program
  const found = program.find()
  if (found) return found
  const aptGet = machine.isRoot ? onPath('apt-get', machine) : undefined
  if (aptGet) {
    machine.say(`No ${name} found: installing Debian's ${debianPackage} package with apt-get.`)
    const apt = (...args: string[]) => machine.run(aptGet, ['-o', 'Acquire::Retries=3', ...args])
    if (apt('update') && apt('install', '-y', '--no-install-recommends', debianPackage)) {
      const installed = program.find()
      if (installed) return installed
    }
  }
  throw new Error(`No ${name} to test with: ${remedy}`)
}

export function onPath(name: string, machine: Machine): string | undefined {
  const folders = (machine.env['PATH'] ?? '').split(delimiter).filter(Boolean)
  return folders.map((folder) => join(folder, name)).find((path) => machine.isExecutable(path))
}

export const thisMachine: Machine = {
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
  run: (command, args) =>
    spawnSync(command, args, {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    }).status === 0,
  say: (line) => console.log(line),
}
