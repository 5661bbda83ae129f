import { join } from 'node:path'
import { ensureNpmProgram, npmPrograms } from './npm-program.ts'
import { runProcess, versionIn } from './process.ts'
import type { Runtime } from './runtime.ts'
import { runServer } from './server-run.ts'

/** Ours need none; Slack's client puts the system's name in its `User-Agent`, and React looks for its mode. */
const permissions = ['--no-prompt', '--allow-sys=osRelease', '--allow-env=NODE_ENV']

/** What is not installed is missing, and not fetched on the way. */
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
