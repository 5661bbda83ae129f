import type { Page } from 'puppeteer-core'
import { expect, test } from './fixtures.ts'

const makePayments = (page: Page) =>
  page.evaluate(() => {
    const { make, fail, failureStreak, cooldown } = window.page
    make('payments', { tripper: failureStreak(2), retry: cooldown(60_000) })
    fail('payments', 2)
  })

test('a reload begins anew', async ({ open }) => {
  const { page, driver } = await open('/')
  await makePayments(page)
  await expect.poll(() => driver.circuits()).toEqual([expect.stringContaining('open')])

  await page.reload()
  await page.evaluate(() => {
    window.page.make('search')
  })
  await expect.poll(() => driver.circuits()).toEqual([expect.stringContaining('search')])
  expect(await driver.log()).toEqual([expect.stringContaining('searchadded')])
})

test('with the log preserved, a reload adds to it', async ({ open }) => {
  const { page, driver } = await open('/')
  await makePayments(page)
  await expect.poll(() => driver.circuits()).toEqual([expect.stringContaining('open')])
  await driver.frame.evaluate(() => {
    document.querySelector<HTMLElement>('input[type=checkbox]')?.click()
  })

  await page.reload()
  await makePayments(page)
  await expect.poll(() => driver.circuits()).toHaveLength(2)
  // the present one first, and told from the one that is history
  expect(await driver.circuits()).toEqual([
    expect.stringContaining('open'),
    expect.stringContaining('removed'),
  ])
  const trips = (await driver.log()).filter((line) => line.includes('closed → open'))
  expect(trips).toHaveLength(2)
  // the line between the documents
  const behind = await driver.frame.$$eval('.log-row', (rows) =>
    rows.map((row) => row.getAttribute('data-reloaded')),
  )
  expect(behind).toEqual(['false', 'false', 'true', 'false'])
})

test('back and forward show what the page shows', async ({ open, server }) => {
  const { page, driver } = await open('/')
  await makePayments(page)
  await expect.poll(() => driver.circuits()).toHaveLength(1)

  await page.goto(`${server.origin}/other`)
  await expect.poll(() => driver.status()).toBe('No Fluxgate on this page')

  await page.goBack()
  await page.waitForFunction(() => 'page' in window)
  // from the back-forward cache with its circuits, or loaded anew without: either way the truth
  const restored = await page.evaluate(() => {
    try {
      return window.page.circuit('payments').state
    } catch {
      window.page.make('payments')
      return 'closed'
    }
  })
  await expect.poll(() => driver.circuits()).toEqual([expect.stringContaining(restored)])
})

test('iframes are seen too, one of them of another origin', async ({ open, server }) => {
  const { page, driver } = await open('/')
  await makePayments(page)
  await page.evaluate(
    (sources) => {
      for (const src of sources) {
        const frame = document.createElement('iframe')
        frame.src = src
        document.body.append(frame)
      }
    },
    [`${server.origin}/frame`, `${server.otherOrigin}/frame`],
  )
  for (const [url, name] of [
    [`${server.origin}/frame`, 'same origin'],
    [`${server.otherOrigin}/frame`, 'other origin'],
  ] as const) {
    const frame = await page.waitForFrame(url)
    await frame.waitForFunction(() => 'page' in window)
    await frame.evaluate((circuit) => {
      window.page.make(circuit)
    }, name)
  }
  await expect
    .poll(() => driver.circuits())
    .toEqual([
      expect.stringContaining('payments'),
      expect.stringContaining('other origin'),
      expect.stringContaining('same origin'),
    ])

  // a command finds its way into the frame of another origin
  await driver.select('other origin')
  await expect
    .poll(() => driver.text('.inspector-head h2'))
    .toBe(`other origin, in ${server.otherOrigin}/frame`)
  await driver.press('Force open')
  const other = await page.waitForFrame(`${server.otherOrigin}/frame`)
  await other.waitForFunction(() => 'page' in window)
  await expect
    .poll(() => other.evaluate(() => window.page.circuit('other origin').state))
    .toBe('forced_open')

  await driver.frame.select('[aria-label=Frame]', `${server.otherOrigin}/frame`)
  await expect.poll(() => driver.circuits()).toEqual([expect.stringContaining('other origin')])
})

test('iframes at one address are told apart, wherever they are in the page', async ({
  open,
  server,
}) => {
  const { page, driver } = await open('/')
  await makePayments(page)
  const address = `${server.origin}/frame`
  const addFrame = (host: Pick<Page, 'evaluate'>, src: string) =>
    host.evaluate((url) => {
      const frame = document.createElement('iframe')
      frame.src = url
      document.body.append(frame)
    }, src)
  await addFrame(page, address)
  await addFrame(page, `${server.otherOrigin}/frame`)
  const other = await page.waitForFrame(`${server.otherOrigin}/frame`)
  await other.waitForFunction(() => 'page' in window)
  await addFrame(other, address)
  await addFrame(page, `${server.origin}/`) // at the address of the page itself
  const framesAt = (url: string) =>
    page.frames().filter((frame) => frame.url() === url && frame !== page.mainFrame())
  await expect.poll(() => framesAt(address)).toHaveLength(2)
  await expect.poll(() => framesAt(`${server.origin}/`)).toHaveLength(1)
  const names = ['one', 'another', 'itself']
  for (const [index, frame] of [...framesAt(address), ...framesAt(`${server.origin}/`)].entries()) {
    await frame.waitForFunction(() => 'page' in window)
    await frame.evaluate((name) => {
      window.page.make(name)
    }, String(names[index]))
  }
  await expect
    .poll(async () => (await driver.circuits()).join(' '), { timeout: 10_000 })
    .toMatch(/payments.*another.*itself.*one/)
  for (const name of names) {
    await driver.select(name)
    await driver.press('Force open')
    await expect.poll(() => driver.text('.command-status')).toBe('Force open: done')
  }
  const states = await Promise.all(
    [...framesAt(address), ...framesAt(`${server.origin}/`)].map((frame, index) =>
      frame.evaluate((name) => window.page.circuit(name).state, String(names[index])),
    ),
  )
  expect(states).toEqual(['forced_open', 'forced_open', 'forced_open'])
  const options = await driver.frame.$$eval('[aria-label=Frame] option', (all) =>
    all.map(({ textContent }) => textContent),
  )
  expect(options.filter((text) => text?.startsWith(address))).toEqual([address, `${address} (2)`])
})

test('a page that changes its address without a load is one page', async ({ open }) => {
  const { page, driver } = await open('/')
  await makePayments(page)
  for (const address of ['/#/storm', '/orders?page=2']) {
    await page.evaluate((url) => history.pushState({}, '', url), address)
    // the panel looks for frames every two seconds
    await page.evaluate(() => new Promise((later) => setTimeout(later, 2_500)))
    expect(await driver.circuits()).toHaveLength(1)
    expect(await driver.text('.toolbar')).not.toContain('All frames')
  }
})

test('two tabs do not see each other', async ({ open }) => {
  const one = await open('/')
  const other = await open('/')
  for (const [{ page }, name] of [
    [one, 'of the one'],
    [other, 'of the other'],
  ] as const) {
    await page.evaluate((circuit) => {
      window.page.make(circuit)
    }, name)
  }
  await expect.poll(() => one.driver.circuits()).toEqual([expect.stringContaining('of the one')])
  await expect
    .poll(() => other.driver.circuits())
    .toEqual([expect.stringContaining('of the other')])

  await one.driver.press('Force open')
  await expect.poll(() => one.driver.text('.command-status')).toBe('Force open: done')
  expect(await other.page.evaluate(() => window.page.circuit('of the other').state)).toBe('closed')
  expect(await other.driver.log()).toHaveLength(1)
})
