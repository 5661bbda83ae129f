import { setTimeout } from 'node:timers/promises'
import { expect, test } from '@playwright/test'
import type { Browser, BrowserContext, Page } from 'puppeteer-core'
import { browsers } from './browsers.ts'
import type { TabSettings } from './page/rig.ts'
import './page/rig.ts'
import { type Hit, TabServer } from './tab-server.ts'

const RATE = 20

for (const [name, launch] of Object.entries(browsers)) {
  test.describe(name, () => {
    // one browser for all tests of this group, one after the other
    test.describe.configure({ mode: 'default' })

    let server: TabServer
    let browser: Browser
    let context: BrowserContext
    test.beforeAll(async () => {
      server = await TabServer.start()
      browser = await launch()
    })
    test.afterAll(async () => {
      await browser?.close()
      server?.close()
    })
    // each test has its own profile, so that storage and channels are empty
    test.beforeEach(async () => {
      server.mode = 'up'
      server.hits.length = 0
      context = await browser.createBrowserContext()
    })
    test.afterEach(async () => {
      server.release()
      await context.close()
    })

    async function open(settings: TabSettings & { opaque?: boolean }): Promise<Page> {
      const page = await context.newPage()
      await page.goto(server.url(settings))
      return page
    }
    const openFour = (settings: Omit<TabSettings, 'tab'>) =>
      Promise.all(['A', 'B', 'C', 'D'].map((tab) => open({ ...settings, tab })))

    test('four tabs open together, let one tab probe, and close together', async () => {
      const tabs = await openFour({ cooldownMs: 2_000 })
      await startAll(tabs)
      await setTimeout(300)
      server.mode = 'down'
      await expect.poll(() => statesOf(tabs), { timeout: 5_000 }).toEqual(four('open'))
      const opened = await lastChanges(tabs, 'open')
      const allOpen = Math.max(...opened)
      await setTimeout(allOpen + 7_000 - Date.now())
      // calls that were admitted before may still arrive
      const probes = server.hits.filter(({ at, state }) => at >= allOpen && state !== 'closed')
      server.mode = 'up'
      await expect.poll(() => statesOf(tabs), { timeout: 8_000 }).toEqual(four('closed'))
      const closed = await lastChanges(tabs, 'closed')
      const figures = {
        probesIn7s: probes.length,
        spreadOfOpeningMs: spread(opened),
        spreadOfClosingMs: spread(closed),
        slowestRejectionMs: Math.max(...(await Promise.all(tabs.map(slowestRejection)))),
      }
      console.log(`${name}: ${JSON.stringify(figures)}`)
      expect(probes.length).toBeGreaterThan(0)
      expect(probes.length).toBeLessThanOrEqual(12)
      expect(simultaneousProbers(probes), 'two tabs probed in one round').toEqual([])
      // goals: 20 ms each; generous, for busy machines
      expect(figures.spreadOfOpeningMs).toBeLessThan(500)
      expect(figures.spreadOfClosingMs).toBeLessThan(500)
      expect((await Promise.all(tabs.map(errorsOf))).flat()).toEqual([])
    })

    test('another tab probes after the tab that probes has crashed', async () => {
      const tabs = await openFour({ cooldownMs: 500 })
      await startAll(tabs)
      server.mode = 'down'
      await expect.poll(() => statesOf(tabs), { timeout: 5_000 }).toEqual(four('open'))
      server.mode = 'hanging'
      const hanging = () => server.hits.find(({ mode }) => mode === 'hanging')?.tab
      await expect.poll(hanging).toBeDefined()
      const prober = hanging() ?? ''
      server.mode = 'up'
      const [crashing] = tabs.splice(['A', 'B', 'C', 'D'].indexOf(prober), 1)
      if (!crashing) throw new Error(`no tab ${prober}`)
      const crashedAt = Date.now()
      await crash(crashing)
      await expect.poll(() => statesOf(tabs), { timeout: 8_000 }).toEqual(three('closed'))
      const next = server.hits.find(({ at, tab }) => at >= crashedAt && tab !== prober)
      console.log(`${name}: next probe ${(next?.at ?? Number.NaN) - crashedAt} ms after the crash`)
    })

    test('a tab that is reloaded, and a new one, start with the shared state', async () => {
      const first = await open({ tab: 'A', cooldownMs: 30_000 })
      server.mode = 'down'
      await openByFailures(first)
      await first.reload()
      const second = await open({ tab: 'B', cooldownMs: 30_000 })
      const calls = server.hits.length
      for (const page of [first, second]) {
        expect(await page.evaluate(() => window.rig.call())).toBe('rejected')
        const retryAfterMs = await page.evaluate(() => window.rig.retryAfterMs())
        expect(retryAfterMs).toBeGreaterThan(15_000)
        expect(retryAfterMs).toBeLessThanOrEqual(33_000)
      }
      expect(server.hits).toHaveLength(calls)
    })

    test('a page that returns from the back-forward cache adopts the changes that it missed', async () => {
      const page = await open({ tab: 'A', cooldownMs: 30_000 })
      const other = await open({ tab: 'B', cooldownMs: 30_000 })
      await page.goto(server.otherPage)
      server.mode = 'down'
      await openByFailures(other)
      await page.evaluate(() => history.back()).catch(() => {}) // the document may go away first
      await expect.poll(() => stateOf(page)).toBe('open')
      // the page was kept, although messages were sent meanwhile
      expect(await page.evaluate(() => window.rig.shows)).toEqual([false, true])
      expect(await page.evaluate(() => window.rig.call())).toBe('rejected')
    })

    test('tabs share circuits by messages when storage is denied', async () => {
      const denied = { cooldownMs: 1_000, without: 'storage' } as const
      const tabs = await openFour(denied)
      server.mode = 'down'
      const [first] = tabs
      if (!first) throw new Error('no tab')
      await openByFailures(first)
      await expect.poll(() => statesOf(tabs)).toEqual(four('open'))
      server.mode = 'up'
      await startAll(tabs)
      await expect.poll(() => statesOf(tabs), { timeout: 8_000 }).toEqual(four('closed'))
    })

    test('a page in an opaque origin does not share its circuit, and reports it once', async () => {
      const page = await open({ tab: 'A', cooldownMs: 300, opaque: true })
      server.mode = 'down'
      await openByFailures(page)
      server.mode = 'up'
      await page.evaluate((rate) => window.rig.start(rate), RATE)
      await expect.poll(() => stateOf(page), { timeout: 8_000 }).toBe('closed')
      expect(await errorsOf(page)).toHaveLength(1)
    })

    /** Ends the process of the tab. Tabs share their process in Firefox, so there it only closes. */
    async function crash(page: Page): Promise<void> {
      if (name === 'Firefox') return page.close()
      const session = await page.createCDPSession()
      const crashed = new Promise((resolve) => page.once('error', resolve))
      session.send('Page.crash').catch(() => {}) // it has no answer
      await crashed
    }
  })
}

const four = (state: string) => [state, state, state, state]
const three = (state: string) => [state, state, state]

// undefined while the page navigates
const stateOf = (page: Page) => page.evaluate(() => window.rig?.state()).catch(() => undefined)
const errorsOf = (page: Page) => page.evaluate(() => window.rig.errors)
const slowestRejection = (page: Page) => page.evaluate(() => window.rig.slowestRejectionMs)

function statesOf(tabs: readonly Page[]): Promise<(string | undefined)[]> {
  return Promise.all(tabs.map(stateOf))
}

async function startAll(tabs: readonly Page[]): Promise<void> {
  await Promise.all(tabs.map((page) => page.evaluate((rate) => window.rig.start(rate), RATE)))
}

async function openByFailures(page: Page): Promise<void> {
  await page.evaluate(async () => {
    for (let i = 0; i < 5; i++) await window.rig.call()
  })
  expect(await stateOf(page)).toBe('open')
}

/** The times at which the tabs last changed to this state, in ms. */
async function lastChanges(tabs: readonly Page[], state: string): Promise<number[]> {
  const changes = await Promise.all(tabs.map((page) => page.evaluate(() => window.rig.changes)))
  return changes.map((list) => list.filter(({ to }) => to === state).at(-1)?.at ?? Number.NaN)
}

function spread(times: readonly number[]): number {
  return Math.max(...times) - Math.min(...times)
}

/** Pairs of probes of different tabs within 500 ms: rounds are a cooldown apart. */
function simultaneousProbers(probes: readonly Hit[]): [Hit, Hit][] {
  return probes.flatMap((probe, i) => {
    const next = probes[i + 1]
    const both = next && next.tab !== probe.tab && next.at - probe.at < 500
    return both ? [[probe, next] as [Hit, Hit]] : []
  })
}
