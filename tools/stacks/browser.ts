import { browserArgs, ensureBrowser } from '@fluxgate/testkit/browser'
import { chromium, type Page } from '@playwright/test'
import type { StackRun } from './stack-run.ts'

export interface BrowserPage {
  readonly page: Page
  /** Uncaught errors, and what the page wrote to the console as an error. */
  readonly errors: string[]
}

/** Opens a page in Chromium, and closes the browser at the end of the run. */
export async function openPage(run: StackRun, url: string): Promise<BrowserPage> {
  const browser = await chromium.launch({ executablePath: ensureBrowser(), args: browserArgs })
  run.onEnd(() => browser.close())
  const page = await browser.newPage()
  page.setDefaultTimeout(20_000)
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(String(error)))
  page.on('console', (message) => {
    // Chromium logs each answer with a failing status, which the cases provoke
    const isStatus = message.text().startsWith('Failed to load resource')
    if (message.type() === 'error' && !isStatus) errors.push(message.text())
  })
  await page.goto(url)
  return { page, errors }
}
