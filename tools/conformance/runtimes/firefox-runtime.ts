import { ensureProgram, onPath, thisMachine } from '@fluxgate/testkit/machine'
import { runPage } from './page-run.ts'
import { runProcess, versionIn } from './process.ts'
import { openPage } from './puppeteer-page.ts'
import type { Runtime } from './runtime.ts'

export const firefoxRuntime: Runtime = {
  name: 'firefox',
  async prepare() {
    const executablePath = ensureProgram(
      {
        name: 'Firefox',
        debianPackage: 'firefox-esr',
        find: () => onPath('firefox-esr', thisMachine) ?? onPath('firefox', thisMachine),
        remedy:
          "install Firefox, as with 'apt-get install firefox-esr', so that it is on the PATH.",
      },
      thisMachine,
    )
    return {
      version: versionIn(await runProcess(executablePath, ['--version'])),
      run: (project) =>
        runPage(project, (url) => openPage({ browser: 'firefox', executablePath }, url)),
    }
  },
}
