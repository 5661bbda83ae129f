import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** The parts of the machine that a search for a program reads. Tests replace them. */
export interface Machine {
  readonly env: Readonly<Record<string, string | undefined>>
  isExecutable(path: string): boolean
}

/** A program that tests need and npm does not install. */
export interface Program {
  readonly name: string
  /** The path, or `undefined` when it is not installed. */
  find(): string | undefined
  /** How to install it: the second half of the error message. */
  readonly install: string
}

/**
 * Returns the path of a program. Installs nothing.
 *
 * @throws Error of one line that says how to install the program
 */
export function ensureProgram({ name, find, install }: Program): string {
  const path = find()
  if (path === undefined) throw new Error(`${name} is not installed: ${install}`)
  return path
}

export function onPath(name: string, machine: Machine = thisMachine): string | undefined {
  const folders = (machine.env['PATH'] ?? '').split(delimiter).filter(Boolean)
  return folders.map((folder) => join(folder, name)).find((path) => machine.isExecutable(path))
}

export const thisMachine: Machine = {
  env: process.env,
  isExecutable(path) {
    try {
      accessSync(path, constants.X_OK)
      return statSync(path).isFile()
    } catch {
      return false
    }
  },
}
