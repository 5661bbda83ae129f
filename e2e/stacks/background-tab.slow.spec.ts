import { setTimeout } from 'node:timers/promises'
import { browserArgs, ensureBrowser } from '@fluxgate/testkit/browser'
import { expect, test } from '@playwright/test'
import puppeteer, { type Browser, type Page } from 'puppeteer-core'
import { type BundlesServer, serveBundles } from './duplicate-bundles/bundles-server.ts'
import './duplicate-bundles/bundled.ts'

// Uses Puppeteer, because Playwright emulates focus on every page, and a focused page never freezes.

let server: BundlesServer
let browser: Browser
test.beforeAll(async () => {
  server = await serveBundles()
  browser = await puppeteer.launch({
    executablePath: ensureBrowser(),
    args: browserArgs,
    ignoreDefaultArgs: [
      '--disable-background-timer-throttling',
      '--disable-backgrounding-occluded-windows',
      '--disable-renderer-backgrounding',
    ],
  })
})
test.afterAll(async () => {
  await browser?.close()
  server?.close()
})

async function open(): Promise<Page> {
  const page = await browser.newPage()
  await page.goto(server.url(1))
  return page
}

const FROZEN_MS = 1_500

/** Freezes the page as a browser freezes a background tab, and resumes it. */
async function freeze(page: Page): Promise<void> {
  const cdp = await page.createCDPSession()
  await page.evaluate(() => {
    const lifecycleEvents: string[] = []
    for (const event of ['freeze', 'resume']) {
      document.addEventListener(event, () => lifecycleEvents.push(event))
    }
    Object.assign(window, { lifecycleEvents })
  })
  await cdp.send('Page.setWebLifecycleState', { state: 'frozen' })
  await setTimeout(FROZEN_MS)
  await cdp.send('Page.setWebLifecycleState', { state: 'active' })
  await expect.poll(() => page.evaluate('lifecycleEvents')).toEqual(['freeze', 'resume'])
}

test('probes at once after the page resumes when retryAt passed meanwhile', async () => {
  const page = await open()
  await page.evaluate(() => {
    const [bundle] = window.bundles ?? []
    if (!bundle) throw new Error('no bundle')
    const { CircuitBreaker, cooldown, failureStreak } = bundle
    const breaker = new CircuitBreaker({
      name: 'api',
      tripper: failureStreak(1),
      retry: cooldown(1_000),
      probes: 1,
    })
    const states: string[] = []
    breaker.subscribe(({ newState }) => void states.push(newState))
    let ticks = 0
    setInterval(() => ticks++, 10)
    Object.assign(window, { breaker, states, ticks: () => ticks })
    breaker.acquire().failure(new Error('down'))
  })
  const ticks = () => page.evaluate('ticks()') as Promise<number>
  const before = await ticks()
  await freeze(page)
  expect((await ticks()) - before).toBeLessThan(60) // a page that was not frozen would tick about 150 times
  expect(await page.evaluate('breaker.state')).toBe('open') // the next call moves it
  expect(await page.evaluate('breaker.call(() => "up")')).toBe('up')
  expect(await page.evaluate('states')).toEqual(['open', 'half_open', 'closed'])
})

test('gives answers that arrived while the page was frozen priority over the timeout', async () => {
  const page = await open()
  await page.evaluate(() => {
    const [bundle] = window.bundles ?? []
    if (!bundle) throw new Error('no bundle')
    const outcomes: string[] = []
    const breaker = new bundle.CircuitBreaker({
      name: 'api',
      timeoutMs: 300,
      probeLeaseMs: 500,
      listeners: [
        {
          onCall: ({ outcome, stale }) => void outcomes.push(stale ? `stale ${outcome}` : outcome),
        },
      ],
    })
    const settled: string[] = []
    const run = (name: string, fn: () => Promise<unknown>) =>
      breaker.call(fn).then(
        () => settled.push(`${name} worked`),
        (error) => settled.push(`${name}: ${error.name}`),
      )
    const after = (ms: number) => new Promise((done) => window.setTimeout(done, ms))
    const calls = [
      run('never', () => new Promise(() => {})),
      run('early', () => after(200)),
      run('late', () => after(600)),
    ]
    Object.assign(window, { breaker, outcomes, settled, calls })
  })
  await freeze(page)
  await page.evaluate('Promise.all(calls)')
  await setTimeout(700) // a second settlement would be counted by now
  expect(await page.evaluate('settled.slice().sort()')).toEqual([
    'early worked',
    'late worked',
    'never: TimeoutError',
  ])
  expect(await page.evaluate('outcomes.slice().sort()')).toEqual(['failure', 'success', 'success'])
  expect(await page.evaluate('breaker.inFlight')).toBe(0)
})

test('releases the slot of a probe whose lease passed, and still counts its result', async () => {
  const page = await open()
  await page.evaluate(() => {
    const [bundle] = window.bundles ?? []
    if (!bundle) throw new Error('no bundle')
    const events: unknown[] = []
    const breaker = new bundle.CircuitBreaker({
      name: 'api',
      tripper: bundle.failureStreak(1),
      retry: bundle.retryAlways(),
      probes: 1,
      probeLeaseMs: 500,
      listeners: [{ onCall: ({ outcome, stale }) => void events.push([outcome, stale]) }],
    })
    breaker.trip()
    Object.assign(window, { breaker, events, abandoned: breaker.acquire() })
  })
  expect(await page.evaluate('breaker.state')).toBe('half_open')
  expect(await page.evaluate('breaker.tryAcquire() === undefined')).toBe(true)
  await freeze(page)
  expect(await page.evaluate('breaker.snapshot().permitted')).toBe(true)
  await page.evaluate('abandoned.success()')
  expect(await page.evaluate('breaker.state')).toBe('closed')
  expect(await page.evaluate('events')).toEqual([
    ['rejected', false],
    ['success', false],
  ])
})

test('evicts calls from a time window that passed while the page was frozen', async () => {
  const page = await open()
  await page.evaluate(() => {
    const [bundle] = window.bundles ?? []
    if (!bundle) throw new Error('no bundle')
    const { CircuitBreaker, failureRate, minRequests, timeWindow } = bundle
    const breaker = new CircuitBreaker({
      name: 'api',
      window: timeWindow(1_000),
      tripper: minRequests(4).and(failureRate(0.5)),
    })
    for (let i = 0; i < 3; i++) breaker.acquire().failure(new Error('down'))
    Object.assign(window, { breaker })
  })
  await freeze(page)
  expect(await page.evaluate('breaker.snapshot().metrics.total')).toBe(0)
  await page.evaluate('breaker.acquire().failure(new Error("down"))')
  expect(await page.evaluate('breaker.state')).toBe('closed')
})
