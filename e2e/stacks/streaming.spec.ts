import { expect, type Page, test } from '@playwright/test'
import { startStreamingServer } from './streaming/streaming-server.ts'

function complaintsOf(page: Page): string[] {
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('console', (message) => {
    // an invitation to install React's devtools
    if (message.type() !== 'info') complaints.push(message.text())
  })
  return complaints
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

    test('streams what the snapshots say, also after the circuit has moved on', async ({
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

    test('is hydrated without a word in the console, and then shows what is here', async ({
      page,
    }) => {
      const complaints = complaintsOf(page)
      await page.goto(served.url)
      const closed = JSON.stringify({ state: 'closed', permitted: true, total: 0 })
      await expect(page.locator('#early')).toHaveText(closed)
      await expect(page.locator('#late')).toHaveText(closed)
      await expect(page.locator('#countdown')).toHaveText('none')
      expect(complaints).toEqual([])
    })

    test('without the snapshots the pages differ, and React says so', async ({ page }) => {
      const complaints = complaintsOf(page)
      await page.goto(`${served.url}/without`)
      await expect.poll(() => complaints.join('\n')).toMatch(/hydrat|did not match/i)
    })
  })
}
