import { setTimeout } from 'node:timers/promises'
import { browserArgs, ensureBrowser } from '@fluxgate/testkit/browser'
import { expect, test } from '@playwright/test'
import puppeteer, { type Browser, type Page } from 'puppeteer-core'
import { type CopiesServer, serveCopies } from './duplicate-bundles/copies-server.ts'
import './duplicate-bundles/copies.ts'

// By puppeteer: Playwright makes every page believe that it has the focus, and such a page never freezes.

let server: CopiesServer
let browser: Browser
test.beforeAll(async () => {
  server = await serveCopies()
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

const ASLEEP_MS = 1_500

/** Freezes the page as a browser does with one that was long in the background, and thaws it. */
async function sleep(page: Page): Promise<void> {
  const cdp = await page.createCDPSession()
  await page.evaluate(() => {
    const happened: string[] = []
    for (const event of ['freeze', 'resume']) {
      document.addEventListener(event, () => happened.push(event))
    }
    Object.assign(window, { happened })
  })
  await cdp.send('Page.setWebLifecycleState', { state: 'frozen' })
  await setTimeout(ASLEEP_MS)
  await cdp.send('Page.setWebLifecycleState', { state: 'active' })
  await expect.poll(() => page.evaluate('happened')).toEqual(['freeze', 'resume'])
}

test('an open circuit probes when the page wakes: its time has passed meanwhile', async () => {
  const page = await open()
  await page.evaluate(() => {
    const [copy] = window.copies ?? []
    if (!copy) throw new Error('no copy')
    const { CircuitBreaker, cooldown, failureStreak } = copy
    const breaker = new CircuitBreaker({
      name: 'api',
      tripper: failureStreak(1),
      retry: cooldown(1_000),
      probes: 1,
    })
    const moves: string[] = []
    breaker.subscribe(({ newState }) => void moves.push(newState))
    let ticks = 0
    setInterval(() => ticks++, 10)
    Object.assign(window, { breaker, moves, ticks: () => ticks })
    breaker.acquire().failure(new Error('down'))
  })
  const ticks = () => page.evaluate('ticks()') as Promise<number>
  const before = await ticks()
  await sleep(page)
  expect((await ticks()) - before).toBeLessThan(60) // it did sleep: awake it would be about 150
  expect(await page.evaluate('breaker.state')).toBe('open') // nothing moved it but this call:
  expect(await page.evaluate('breaker.call(() => "up")')).toBe('up')
  expect(await page.evaluate('moves')).toEqual(['open', 'half_open', 'closed'])
})

test('a call that slept through its time limit ends once, by what comes first', async () => {
  const page = await open()
  await page.evaluate(() => {
    const [copy] = window.copies ?? []
    if (!copy) throw new Error('no copy')
    const outcomes: string[] = []
    const breaker = new copy.CircuitBreaker({
      name: 'api',
      timeoutMs: 300,
      probeLeaseMs: 500,
      listeners: [
        { onCall: ({ outcome, stale }) => void outcomes.push(stale ? `late ${outcome}` : outcome) },
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
  await sleep(page)
  await page.evaluate('Promise.all(calls)')
  await setTimeout(700) // what comes after its time is swallowed
  expect(await page.evaluate('settled.slice().sort()')).toEqual([
    'early worked',
    'late: TimeoutError',
    'never: TimeoutError',
  ])
  expect(await page.evaluate('outcomes.slice().sort()')).toEqual(['failure', 'failure', 'success'])
  expect(await page.evaluate('breaker.inFlight')).toBe(0)
})

test('a probe that slept through its lease wedges nothing, and is counted nowhere', async () => {
  const page = await open()
  await page.evaluate(() => {
    const [copy] = window.copies ?? []
    if (!copy) throw new Error('no copy')
    const events: unknown[] = []
    const breaker = new copy.CircuitBreaker({
      name: 'api',
      tripper: copy.failureStreak(1),
      retry: copy.retryAlways(),
      probes: 1,
      probeLeaseMs: 500,
      listeners: [{ onCall: ({ outcome, stale }) => void events.push([outcome, stale]) }],
    })
    breaker.trip()
    Object.assign(window, { breaker, events, lost: breaker.acquire() })
  })
  expect(await page.evaluate('breaker.state')).toBe('half_open')
  expect(await page.evaluate('breaker.tryAcquire() === undefined')).toBe(true)
  await sleep(page)
  expect(await page.evaluate('breaker.snapshot().permitted')).toBe(true)
  await page.evaluate('lost.failure(new Error("of before"))')
  expect(await page.evaluate('breaker.state')).toBe('half_open')
  expect(await page.evaluate('breaker.callSync(() => "up")')).toBe('up')
  expect(await page.evaluate('breaker.state')).toBe('closed')
  expect(await page.evaluate('events')).toEqual([
    ['rejected', false],
    ['failure', true],
    ['success', false],
  ])
})

test('what a time window held is forgotten by the time the page wakes', async () => {
  const page = await open()
  await page.evaluate(() => {
    const [copy] = window.copies ?? []
    if (!copy) throw new Error('no copy')
    const { CircuitBreaker, failureRate, minRequests, timeWindow } = copy
    const breaker = new CircuitBreaker({
      name: 'api',
      window: timeWindow(1_000),
      tripper: minRequests(4).and(failureRate(0.5)),
    })
    for (let i = 0; i < 3; i++) breaker.acquire().failure(new Error('down'))
    Object.assign(window, { breaker })
  })
  await sleep(page)
  expect(await page.evaluate('breaker.snapshot().metrics.total')).toBe(0)
  await page.evaluate('breaker.acquire().failure(new Error("down"))')
  expect(await page.evaluate('breaker.state')).toBe('closed')
})
