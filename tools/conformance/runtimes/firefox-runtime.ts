import { ensureProgram, onPath } from '@fluxgate/testkit/program'
import { runPage } from './page-run.ts'
import { runProcess, versionIn } from './process.ts'
import { openPage } from './puppeteer-page.ts'
import type { Runtime } from './runtime.ts'

export const firefoxRuntime: Runtime = {
  name: 'firefox',
  async prepare() {
    const executablePath = ensureProgram({
      name: 'Firefox',
      find: () => onPath('firefox-esr') ?? onPath('firefox'),
      install: "install it, as with 'apt-get install firefox-esr'; it must be on the PATH",
    })
    return {
      version: versionIn(await runProcess(executablePath, ['--version'])),
      run: (project) =>
        runPage(project, (url) => openPage({ browser: 'firefox', executablePath }, url)),
    }
  },
}
