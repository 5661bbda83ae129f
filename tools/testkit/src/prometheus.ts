import { ensureProgram, type Machine, onPath, thisMachine } from './program.ts'

/**
 * The paths of Prometheus and its promtool.
 *
 * @throws Error of one line that says how to install them
 */
export function ensurePrometheus(machine: Machine = thisMachine): {
  prometheus: string
  promtool: string
} {
  const ensure = (program: string) =>
    ensureProgram({
      name: program,
      find: () => onPath(program, machine),
      install: "install Prometheus, as with 'apt-get install prometheus'; it must be on the PATH",
    })
  return { prometheus: ensure('prometheus'), promtool: ensure('promtool') }
}
