import { join } from 'node:path'
import { ensureNpmProgram, npmPrograms } from './npm-program.ts'
import { runProcess, versionIn } from './process.ts'
import type { Runtime } from './runtime.ts'
import { runServer } from './server-run.ts'

/** For the dependencies: Slack's client reads the name of the system, React reads NODE_ENV. */
const permissions = ['--no-prompt', '--allow-sys=osRelease', '--allow-env=NODE_ENV']

/** Deno would otherwise download missing packages. */
const offline = ['--cached-only', '--no-lock']

export const denoRuntime: Runtime = {
  name: 'deno',
  async prepare() {
    const program = await ensureNpmProgram('deno', npmPrograms.deno)
    const env = { DENO_NO_UPDATE_CHECK: '1', NO_COLOR: '1' }
    return {
      version: versionIn(await runProcess(program, ['--version'], { env })),
      run: (project) =>
        runServer(program, ['run', ...permissions, ...offline], project, {
          ...env,
          DENO_DIR: join(project.folder, '.deno'),
        }),
    }
  },
}
