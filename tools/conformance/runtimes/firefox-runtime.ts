import { ensureFirefox } from '@fluxgate/testkit/firefox'
import { runPage } from './page-run.ts'
import { runProcess, versionIn } from './process.ts'
import { openPage } from './puppeteer-page.ts'
import type { Runtime } from './runtime.ts'

export const firefoxRuntime: Runtime = {
  name: 'firefox',
  async prepare() {
    const executablePath = ensureFirefox()
    return {
      version: versionIn(await runProcess(executablePath, ['--version'])),
      run: (project) =>
        runPage(project, (url) => openPage({ browser: 'firefox', executablePath }, url)),
    }
  },
}
