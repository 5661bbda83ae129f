import { ensureNpmProgram, npmPrograms } from './npm-program.ts'
import { runProcess, versionIn } from './process.ts'
import type { Runtime } from './runtime.ts'
import { runServer } from './server-run.ts'

/** Node of one major version: the running one if it matches, otherwise a binary from npm. */
export function nodeRuntime(major: 20 | 22 | 24): Runtime {
  const name = `node ${major}` as const
  return {
    name,
    async prepare() {
      const isThis = process.version.startsWith(`v${major}.`)
      const program = isThis ? process.execPath : await ensureNpmProgram(name, npmPrograms[name])
      return {
        version: versionIn(await runProcess(program, ['--version'])),
        run: (project) => runServer(program, [], project),
      }
    },
  }
}
