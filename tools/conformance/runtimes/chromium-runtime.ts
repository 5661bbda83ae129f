import { browserArgs, ensureBrowser } from '@fluxgate/testkit/browser'
import { runPage } from './page-run.ts'
import { runProcess, versionIn } from './process.ts'
import { openPage } from './puppeteer-page.ts'
import type { Runtime } from './runtime.ts'

export const chromiumRuntime: Runtime = {
  name: 'chromium',
  async prepare() {
    const executablePath = ensureBrowser()
    return {
      version: versionIn(await runProcess(executablePath, ['--version', '--no-sandbox'])),
      run: (project) =>
        runPage(project, (url) => openPage({ executablePath, args: browserArgs }, url)),
    }
  },
}
