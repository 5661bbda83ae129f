import type { Page } from 'puppeteer-core'
import { expect, test } from './fixtures.ts'

/** Replaces the hook of the page by the result of a function body. */
const replaceHook = (page: Page, body: string) =>
  page.evaluate((code) => {
    Object.defineProperty(globalThis, Symbol.for('fluxgate.devtools/v1'), {
      configurable: true,
      value: new Function(code)(),
    })
  }, body)

const hookWith = (events: string) => `
  return { version: 1, epoch: 'forged', command: () => ({ ok: true }),
    read: (cursor) => ({ next: 1, dropped: 0, events: ${events} }) }`

const added = (name: string) => `[{
  type: 'circuit-added', seq: 1, circuit: '1', index: 0, controls: true,
  config: { name: ${name}, window: { type: 'countWindow', args: [100] }, tracker: { type: 'anyError', args: [] },
    tripper: { type: 'failureRate', args: [0.5] }, retry: { type: 'retryNever', args: [] },
    permit: { type: 'admitAll', args: [] }, probes: 3, probeLeaseMs: 60000 },
  snapshot: { name: 'x', state: 'closed', since: Date.now(), reopens: 0, permitted: true,
    metrics: { total: 0, failures: 0, totalDurationMs: 0, failureStreak: 0, slow: {} } },
}]`

/**
 * Hooks of a hostile page, one for each way of handling in the panel. The transport contract and
 * reading.test.ts cover the other kinds of malformed answers.
 */
const hostileHooks: readonly (readonly [what: string, hook: string])[] = [
  [
    'malformed events',
    hookWith(`[
      JSON.parse('{"type":"signal","__proto__":{"a":1},"constructor":{}}'),
      { type: 'signal', seq: 'one', circuit: 7 },
      ...${added(`'x'.repeat(1_000_000)`)}
    ]`),
  ],
  ['a million events', hookWith(`new Array(1_000_000).fill({ type: 'signal' })`)],
  ['a read that throws', `return { version: 1, epoch: 'e', read() { throw new Error('no') } }`],
  [
    'a proxy',
    `return new Proxy({}, { get: (_, key) => key === 'version' ? 1 : (() => { throw 1 }) })`,
  ],
]

for (const [what, hook] of hostileHooks) {
  test(`counts ${what} as invalid and keeps the other circuits`, async ({ open }) => {
    const { page, driver } = await open('/')
    await page.evaluate(() => {
      window.page.make('honest')
    })
    await expect.poll(() => driver.circuits()).toEqual([expect.stringContaining('honest')])
    await driver.frame.evaluate(() => {
      document.querySelector<HTMLElement>('input[type=checkbox]')?.click()
    })
    await replaceHook(page, hook)
    await expect.poll(() => driver.status()).toMatch(/[\d,]+ invalid/)
    // the valid circuit remains
    expect(await driver.circuits()).toContainEqual(expect.stringContaining('honest'))
    expect(await driver.frame.evaluate(() => 'a' in {})).toBe(false)
  })
}

test('a page that blocks during a read is read afterwards', async ({ open }) => {
  const { page, driver } = await open('/')
  await page.evaluate(() => {
    window.page.make('honest')
  })
  await expect.poll(() => driver.circuits()).toHaveLength(1)
  await replaceHook(
    page,
    `const honest = globalThis[Symbol.for('fluxgate.devtools/v1')]
     const busyUntil = Date.now() + 2500
     return { version: 1, get epoch() { return honest.epoch }, command: honest.command,
       read(...args) { while (Date.now() < busyUntil); return honest.read(...args) } }`,
  )
  // the panel stays responsive meanwhile
  const spent = await driver.frame.evaluate(async () => {
    const start = performance.now()
    await new Promise((done) => requestAnimationFrame(done))
    return performance.now() - start
  })
  expect(spent).toBeLessThan(1_000)
  await page.evaluate(() => {
    window.page.make('later')
  })
  await expect.poll(() => driver.circuits()).toHaveLength(2)
})

test('shows markup in a name as text', async ({ open }) => {
  const { page, driver } = await open('/')
  const name = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>`
  await page.evaluate((circuit) => {
    window.page.make(circuit, { tripper: window.page.failureStreak(1) })
    window.page.fail(circuit, 1)
  }, name)
  await expect.poll(() => driver.circuits()).toEqual([expect.stringContaining(name)])
  await driver.tab('Configuration')
  expect(await driver.text('.code-block code')).toContain('<img src=x onerror=')
  expect(await driver.frame.evaluate(() => [document.title, document.images.length])).toEqual([
    'Fluxgate',
    0,
  ])
})

test('a burst of 10,000 signals is shown completely, or the loss is counted', async ({ open }) => {
  const { page, driver } = await open('/')
  await page.evaluate(() => {
    const { make, failureStreak } = window.page
    for (let index = 0; index < 100; index++) {
      const name = `circuit ${index}`
      const circuit = make(name, { tripper: failureStreak(1) })
      for (let cycle = 0; cycle < 50; cycle++) {
        circuit.forceOpen()
        circuit.reset()
      }
    }
    // one circuit with more events than its listener keeps
    const noisy = make('noisy')
    for (let cycle = 0; cycle < 500; cycle++) {
      noisy.forceOpen()
      noisy.reset()
    }
  })
  await expect.poll(() => driver.status()).toMatch(/^([\d,]+) dropped/)
  await expect.poll(() => driver.text('.chips')).toContain('All 101')
  const dropped = Number((await driver.status()).match(/^([\d,]+) dropped/)?.[1]?.replace(',', ''))
  const sent = 100 * 100 + 1_000 + 101
  await expect.poll(() => driver.logLength()).toBe(sent - dropped)
  // only the circuit with many events lost some
  expect(dropped).toBeGreaterThanOrEqual(1_000 - 200)
  expect(dropped).toBeLessThanOrEqual(1_000)
})

test('19 MB of almost valid events do not keep the panel busy', async ({ open }) => {
  const { page, driver } = await open('/')
  await replaceHook(
    page,
    hookWith(`Array(20_000).fill(undefined).map((_, seq) => ({
      type: 'signal', seq, circuit: '1', index: seq, rejections: 0,
      signal: { circuitName: 'x'.repeat(700), oldState: 'closed', newState: 'open' },
    }))`),
  )
  await expect.poll(() => driver.status()).toMatch(/[\d,]+ invalid/)
  const blockedShare = await driver.frame.evaluate(async () => {
    let blockedMs = 0
    const observer = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) blockedMs += duration
    })
    observer.observe({ type: 'longtask' })
    const start = performance.now()
    await new Promise((done) => setTimeout(done, 6_000))
    return blockedMs / (performance.now() - start)
  })
  expect(blockedShare).toBeLessThan(0.2)
})
