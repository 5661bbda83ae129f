import { ensureNpmProgram, npmPrograms } from './npm-program.ts'
import { runProcess, versionIn } from './process.ts'
import type { Runtime } from './runtime.ts'
import { runServer } from './server-run.ts'

/** Node of one major version: the one that runs this when it is that, and npm's otherwise. */
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
