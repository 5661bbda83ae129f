import { ensureProgram, type Machine, onPath, thisMachine } from './machine.ts'

/** The paths of Prometheus and its promtool; installs Debian's where that can be done, and throws where it cannot. */
export function ensurePrometheus(machine: Machine = thisMachine): {
  prometheus: string
  promtool: string
} {
  const ensure = (program: string) =>
    ensureProgram(
      {
        name: program,
        debianPackage: 'prometheus',
        find: () => onPath(program, machine),
        remedy:
          "install Prometheus, as with 'apt-get install prometheus', so that it is on the PATH.",
      },
      machine,
    )
  return { prometheus: ensure('prometheus'), promtool: ensure('promtool') }
}
