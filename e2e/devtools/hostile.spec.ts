import type { Page } from 'puppeteer-core'
import { expect, test } from './fixtures.ts'

/** Puts something in the place of the page's hook: a function body that returns it. */
const forge = (page: Page, body: string) =>
  page.evaluate((code) => {
    Object.defineProperty(globalThis, Symbol.for('fluxgate.devtools/v1'), {
      configurable: true,
      value: new Function(code)(),
    })
  }, body)

const answering = (events: string) => `
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

/** What a page may try, and whether the panel counts it: what is harmless as it is need not be. */
const attempts: readonly (readonly [what: string, hook: string])[] = [
  [
    'prototype keys',
    answering(`[JSON.parse('{"type":"signal","__proto__":{"a":1},"constructor":{}}')]`),
  ],
  ['wrong types', answering(`[{ type: 'signal', seq: 'one', circuit: 7 }, 3, null, 'text', []]`)],
  ['a megabyte string', answering(added(`'x'.repeat(1_000_000)`))],
  ['cyclic objects', answering(`(() => { const a = []; a.push(a); return a })()`)],
  ['getters that throw', answering(`[{ get type() { throw new Error('no') } }]`)],
  ['a million events', answering(`new Array(1_000_000).fill({ type: 'signal' })`)],
  ['a read that throws', `return { version: 1, epoch: 'e', read() { throw new Error('no') } }`],
  ['a read that gives a promise', `return { version: 1, epoch: 'e', read: async () => ({}) }`],
  [
    'a proxy',
    `return new Proxy({}, { get: (_, key) => key === 'version' ? 1 : (() => { throw 1 }) })`,
  ],
]

for (const [what, hook] of attempts) {
  test(`${what}: counted, and harmless`, async ({ open }) => {
    const { page, driver } = await open('/')
    await page.evaluate(() => {
      window.page.make('honest')
    })
    await expect.poll(() => driver.circuits()).toEqual([expect.stringContaining('honest')])
    await driver.frame.evaluate(() => {
      document.querySelector<HTMLElement>('input[type=checkbox]')?.click()
    })
    await forge(page, hook)
    await expect.poll(() => driver.status()).toMatch(/[\d,]+ invalid/)
    // what was told honestly still stands
    expect(await driver.circuits()).toContainEqual(expect.stringContaining('honest'))
    expect(await driver.frame.evaluate(() => 'a' in {})).toBe(false)
  })
}

test('a read that never returns is asked again when the page is free', async ({ open }) => {
  const { page, driver } = await open('/')
  await page.evaluate(() => {
    window.page.make('honest')
  })
  await expect.poll(() => driver.circuits()).toHaveLength(1)
  await forge(
    page,
    `const honest = globalThis[Symbol.for('fluxgate.devtools/v1')]
     const busyUntil = Date.now() + 2500
     return { version: 1, get epoch() { return honest.epoch }, command: honest.command,
       read(...args) { while (Date.now() < busyUntil); return honest.read(...args) } }`,
  )
  // the panel itself stays quick while the page hangs
  const spent = await driver.frame.evaluate(async () => {
    const start = performance.now()
    await new Promise((next) => requestAnimationFrame(next))
    return performance.now() - start
  })
  expect(spent).toBeLessThan(1_000)
  await page.evaluate(() => {
    window.page.make('later')
  })
  await expect.poll(() => driver.circuits()).toHaveLength(2)
})

test('markup in a name is text', async ({ open }) => {
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

test('10,000 signals in a burst: none is lost, or the loss is told', async ({ open }) => {
  const { page, driver } = await open('/')
  await page.evaluate(() => {
    const { make, failureStreak } = window.page
    for (let index = 0; index < 100; index++) {
      const name = `circuit ${index}`
      const circuit = make(name, { tripper: failureStreak(1) })
      for (let move = 0; move < 50; move++) {
        circuit.forceOpen()
        circuit.reset()
      }
    }
    // and one that has more to tell than the page keeps
    const noisy = make('noisy')
    for (let move = 0; move < 500; move++) {
      noisy.forceOpen()
      noisy.reset()
    }
  })
  await expect.poll(() => driver.status()).toMatch(/^([\d,]+) dropped101 circuits/)
  const dropped = Number((await driver.status()).match(/^([\d,]+) dropped/)?.[1]?.replace(',', ''))
  const sent = 100 * 100 + 1_000 + 101
  await expect.poll(() => driver.logLength()).toBe(sent - dropped)
  // each of the quiet ones is complete: 100 moves, and that it appeared
  expect(dropped).toBeGreaterThanOrEqual(1_000 - 200)
  expect(dropped).toBeLessThanOrEqual(1_000)
})
