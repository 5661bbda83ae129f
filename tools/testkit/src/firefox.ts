import { ensureProgram, type Machine, onPath, thisMachine } from './program.ts'

/** @throws Error of one line that says how to install Firefox */
export function ensureFirefox(machine: Machine = thisMachine): string {
  return ensureProgram({
    name: 'Firefox',
    find: () => onPath('firefox-esr', machine) ?? onPath('firefox', machine),
    install: "install it, as with 'apt-get install firefox-esr'; it must be on the PATH",
  })
}
