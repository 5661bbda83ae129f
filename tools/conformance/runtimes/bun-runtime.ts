import { ensureNpmProgram, npmPrograms } from './npm-program.ts'
import { runProcess, versionIn } from './process.ts'
import type { Runtime } from './runtime.ts'
import { runServer } from './server-run.ts'

export const bunRuntime: Runtime = {
  name: 'bun',
  async prepare() {
    const program = await ensureNpmProgram('bun', npmPrograms.bun)
    return {
      version: versionIn(await runProcess(program, ['--version'])),
      // Bun would otherwise download missing packages
      run: (project) => runServer(program, ['--no-install'], project),
    }
  },
}
