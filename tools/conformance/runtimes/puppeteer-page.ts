import puppeteer, { type LaunchOptions } from 'puppeteer-core'

/** Opens a browser with this page and returns a function that closes it. */
export async function openPage(options: LaunchOptions, url: string): Promise<() => Promise<void>> {
  const browser = await puppeteer.launch(options)
  try {
    await (await browser.newPage()).goto(url, { waitUntil: 'domcontentloaded' })
  } catch (error) {
    await browser.close()
    throw error
  }
  return () => browser.close()
}
