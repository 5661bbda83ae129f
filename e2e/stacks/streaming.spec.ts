import { expect, type Page, test } from '@playwright/test'
import { startStreamingServer } from './streaming/streaming-server.ts'

function consoleOf(page: Page): string[] {
  const messages: string[] = []
  page.on('pageerror', (error) => messages.push(String(error)))
  page.on('console', (message) => {
    // React suggests its devtools in an info message
    if (message.type() !== 'info') messages.push(message.text())
  })
  return messages
}

for (const react of [18, 19] as const) {
  test.describe(`React ${react}`, () => {
    let served: Awaited<ReturnType<typeof startStreamingServer>>
    test.beforeAll(async () => {
      served = await startStreamingServer(react)
    })
    test.afterAll(() => {
      served.server.closeAllConnections()
      served.server.close()
    })

    test('streams the state of the snapshots although the circuit changes meanwhile', async ({
      request,
    }) => {
      expect(served.version).toMatch(new RegExp(`^${react}\\.`))
      const page = await (await request.get(served.url)).text()
      const shown = [...page.matchAll(/<p id="(early|late)">(.*?)<\/p>/g)].map(
        ([, id, text]) => `${id} ${text?.replaceAll('&quot;', '')}`,
      )
      const open = /\{state:open,permitted:false,retryAt:\d+,total:0\}$/
      expect(shown).toEqual([expect.stringMatching(open), expect.stringMatching(open)])
      expect(shown[1]?.slice('late'.length)).toBe(shown[0]?.slice('early'.length))
      expect(page.indexOf('id="waiting"')).toBeGreaterThan(0)
      expect(page.indexOf('id="waiting"')).toBeLessThan(page.indexOf('id="late"'))
    })

    test('hydrates without console messages and then shows the state of the browser', async ({
      page,
    }) => {
      const messages = consoleOf(page)
      await page.goto(served.url)
      const closed = JSON.stringify({ state: 'closed', permitted: true, total: 0 })
      await expect(page.locator('#early')).toHaveText(closed)
      await expect(page.locator('#late')).toHaveText(closed)
      await expect(page.locator('#countdown')).toHaveText('none')
      expect(messages).toEqual([])
    })

    test('React reports a mismatch without the snapshots', async ({ page }) => {
      const messages = consoleOf(page)
      await page.goto(`${served.url}/without`)
      await expect.poll(() => messages.join('\n')).toMatch(/hydrat|did not match/i)
    })
  })
}
