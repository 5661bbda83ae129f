import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { browserArgs, findBrowser } from '@fluxgate/testkit/browser'
import { PlaygroundProcess } from '@fluxgate/testkit/playground-process'
import { chromium, type Page } from '@playwright/test'
import { healthy, serviceNames } from '../src/knobs.ts'

/**
 * `npm run pictures --workspace @fluxgate/playground`: takes the README's pictures of the page, light
 * and dark, while one circuit is closed, one open with a countdown, and one half-open.
 */
const folder = resolve(import.meta.dirname, '../../playground/pictures')

const playground = await PlaygroundProcess.start()
const executablePath = findBrowser()
const browser = await chromium.launch({
  args: browserArgs,
  ...(executablePath && { executablePath }),
})
try {
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await browser.newPage({
      colorScheme,
      deviceScaleFactor: 2,
      viewport: { width: 1440, height: 1232 },
    })
    await page.goto(`${playground.url}?rate=15&cooldown=8000`)
    await waitForStates(page)
    const png = await page.screenshot()
    await page.goto('about:blank')
    writeFileSync(`${folder}/playground-${colorScheme}.webp`, await webp(page, png))
    await page.close()
  }
} finally {
  await browser.close()
  await playground.stop()
}

async function waitForStates(page: Page): Promise<void> {
  const lane = (name: string) => page.getByRole('region', { name })
  const setKnobs = (name: string, knobs: object) =>
    page.request.post(`${playground.url}services/${name}`, { data: knobs })

  for (const name of serviceNames) await setKnobs(name, healthy)
  await lane('catalog').getByText('Window: 20 calls').waitFor()
  await setKnobs('recommendations', { failureRate: 1 })
  await lane('recommendations').getByText('Open', { exact: true }).waitFor()
  await setKnobs('recommendations', healthy)
  await setKnobs('catalog', { failureRate: 0.15 })
  await lane('recommendations').getByText('Half open', { exact: true }).waitFor({ timeout: 60_000 })
  await setKnobs('payments', { failureRate: 1, latencyMs: 120 })
  await lane('payments').getByText('Open', { exact: true }).waitFor()
  await page.waitForTimeout(1_500) // until the calls in flight have settled and some are rejected
}

/** Converts a picture with the browser's WebP encoder, which halves its size. */
async function webp(page: Page, png: Buffer): Promise<Buffer> {
  const url = await page.evaluate(async (base64) => {
    const image = new Image()
    image.src = `data:image/png;base64,${base64}`
    await image.decode()
    const canvas = document.createElement('canvas')
    canvas.width = image.width
    canvas.height = image.height
    canvas.getContext('2d')?.drawImage(image, 0, 0)
    return canvas.toDataURL('image/webp', 0.92)
  }, png.toString('base64'))
  return Buffer.from(url.slice(url.indexOf(',') + 1), 'base64')
}
