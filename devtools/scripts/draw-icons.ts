import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { browserArgs, ensureBrowser } from '@fluxgate/testkit/browser'
import { chromium } from '@playwright/test'

/** `npm run icons --workspace @fluxgate/devtools`: renders the icons of the extension from the SVG file. */
const folder = resolve(import.meta.dirname, '../icons')
const svg = readFileSync(resolve(folder, 'fluxgate.svg'), 'utf8')

const browser = await chromium.launch({ args: browserArgs, executablePath: ensureBrowser() })
try {
  for (const size of [16, 32, 48, 128]) {
    const page = await browser.newPage({ viewport: { width: size, height: size } })
    await page.setContent(`<style>body{margin:0}svg{display:block}</style>${svg}`)
    const png = await page.screenshot({ omitBackground: true })
    writeFileSync(resolve(folder, `${size}.png`), png)
    await page.close()
  }
} finally {
  await browser.close()
}
