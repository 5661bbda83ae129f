import { join } from 'node:path'
import { browserArgs, ensureBrowser } from '@fluxgate/testkit/browser'
import { chromium } from '@playwright/test'
import { build, preview } from 'vite'
import type {} from '../../../playground/bench/main.tsx'
import type { RoundsOptions } from './rounds.ts'
import type { RuntimeResult } from './runtime-result.ts'

const playground = join(import.meta.dirname, '../../../playground')

/** Runs the benchmark page of the playground. */
export async function runInChromium(
  options: Omit<RoundsOptions, 'onProgress'> & { readonly only: string },
  onProgress: (line: string) => void,
): Promise<RuntimeResult> {
  await build({ root: playground, logLevel: 'error' })
  const server = await preview({ root: playground, preview: { port: 0, host: 'localhost' } })
  const browser = await chromium.launch({ executablePath: ensureBrowser(), args: browserArgs })
  try {
    const runtime = `Chromium ${browser.version().split('.')[0]}`
    const page = await browser.newPage()
    await page.exposeFunction('reportProgress', (line: string) => onProgress(`${runtime}: ${line}`))
    await page.goto(new URL('bench.html', server.resolvedUrls?.local[0]).href)
    await page.waitForFunction('window.runBench !== undefined')
    const subjects = await page.evaluate((settings) => {
      const { runBench: run } = window
      if (run === undefined) throw new Error('bench.html has no runBench')
      return run({ ...settings, onProgress: Reflect.get(window, 'reportProgress') })
    }, options)
    return { runtime, subjects }
  } finally {
    await browser.close()
    await server.close()
  }
}
