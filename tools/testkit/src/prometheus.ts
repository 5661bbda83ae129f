import { ensureProgram, type Machine, onPath, thisMachine } from './machine.ts'

/**
 * The paths of Prometheus and promtool, after installing Debian's package if needed.
 *
 * @throws Error when it cannot be installed
 */
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
