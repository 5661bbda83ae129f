import type { Page } from 'puppeteer-core'
import { expect, test } from './fixtures.ts'
import { waitForTestPage } from './wait-until.ts'

const makePayments = (page: Page) =>
  page.evaluate(() => {
    const { make, fail, failureStreak, cooldown } = window.page
    make('payments', { tripper: failureStreak(2), retry: cooldown(60_000) })
    fail('payments', 2)
  })

test('a reload clears the panel', async ({ open }) => {
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

test('a reload keeps the chosen circuit, by name', async ({ open }) => {
  const { page, driver } = await open('/')
  const makeBoth = () =>
    page.evaluate(() => {
      window.page.make('payments')
      window.page.make('search')
    })
  await makeBoth()
  await expect.poll(() => driver.circuits()).toHaveLength(2)
  await driver.select('search')
  await page.reload()
  await makeBoth()
  await expect.poll(() => driver.text('.inspector-head h2')).toBe('search')
})

test('a hot reload replaces a circuit in its place, and it stays selected', async ({ open }) => {
  const { page, driver } = await open('/')
  await page.evaluate(() => {
    window.page.make('payments')
    window.page.make('search')
  })
  await expect.poll(() => driver.circuits()).toHaveLength(2)
  await driver.select('search')
  for (let reload = 1; reload <= 3; reload++) {
    await page.evaluate(() => {
      window.page.circuit('search').dispose()
      window.page.make('search')
    })
  }
  await expect.poll(() => driver.log()).toHaveLength(7)
  expect(await driver.circuits()).toHaveLength(2)
  expect(await driver.text('.inspector-head h2')).toBe('search')
  // the buttons act on the new circuit
  await driver.press('Force open')
  await expect.poll(() => driver.text('.command-status')).toBe('Force open: done')
  expect(await page.evaluate(() => window.page.circuit('search').state)).toBe('forced_open')
})

test('a reload keeps the log when it is preserved', async ({ open }) => {
  const { page, driver } = await open('/')
  await makePayments(page)
  await expect.poll(() => driver.circuits()).toEqual([expect.stringContaining('open')])
  await driver.frame.evaluate(() => {
    document.querySelector<HTMLElement>('input[type=checkbox]')?.click()
  })

  await page.reload()
  await makePayments(page)
  await expect.poll(() => driver.circuits()).toHaveLength(2)
  // the circuit of the current document comes first; the other one is marked as removed
  expect(await driver.circuits()).toEqual([
    expect.stringContaining('open'),
    expect.stringContaining('removed'),
  ])
  const trips = (await driver.log()).filter((line) => line.includes('closed → open'))
  expect(trips).toHaveLength(2)
  // the boundary between the documents
  const afterReload = await driver.frame.$$eval('.log-row', (rows) =>
    rows.map((row) => row.getAttribute('data-reloaded')),
  )
  expect(afterReload).toEqual(['false', 'false', 'true', 'false'])
})

test('back and forward show the circuits of the current page', async ({ open, server }) => {
  const { page, driver } = await open('/')
  await makePayments(page)
  await expect.poll(() => driver.circuits()).toHaveLength(1)

  await page.goto(`${server.origin}/other`)
  await expect.poll(() => driver.status()).toBe('No Fluxgate on this page')

  await page.goBack()
  await waitForTestPage(page)
  // the page comes from the back-forward cache with its circuits, or is loaded without them
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

test('shows the circuits of iframes, including a cross-origin one', async ({ open, server }) => {
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
    await waitForTestPage(frame)
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

  // a command reaches the cross-origin frame
  await driver.select('other origin')
  await expect
    .poll(() => driver.text('.inspector-head h2'))
    .toBe(`other origin, in ${server.otherOrigin}/frame`)
  await driver.press('Force open')
  const other = await page.waitForFrame(`${server.otherOrigin}/frame`)
  await waitForTestPage(other)
  await expect
    .poll(() => other.evaluate(() => window.page.circuit('other origin').state))
    .toBe('forced_open')

  await driver.frame.select('[aria-label=Frame]', `${server.otherOrigin}/frame`)
  await expect.poll(() => driver.circuits()).toEqual([expect.stringContaining('other origin')])
})

test('shows the circuit that an iframe outside of the viewport creates late', async ({
  open,
  server,
}) => {
  const { page, driver } = await open('/')
  const url = `${server.otherOrigin}/late-frame`
  await page.evaluate((src) => {
    const frame = document.createElement('iframe')
    frame.src = src
    frame.style.marginTop = '10000px'
    document.body.append(frame)
  }, url)
  const frame = await page.waitForFrame(url)
  await waitForTestPage(frame)
  await frame.evaluate(() => {
    window.page.make('late')
  })
  await expect.poll(() => driver.circuits()).toEqual([expect.stringContaining('late')])
})

test('distinguishes iframes with the same URL at any depth', async ({ open, server }) => {
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
  await waitForTestPage(other)
  await addFrame(other, address)
  await addFrame(page, `${server.origin}/`) // with the URL of the page itself
  const framesAt = (url: string) =>
    page.frames().filter((frame) => frame.url() === url && frame !== page.mainFrame())
  await expect.poll(() => framesAt(address)).toHaveLength(2)
  await expect.poll(() => framesAt(`${server.origin}/`)).toHaveLength(1)
  const names = ['one', 'another', 'itself']
  for (const [index, frame] of [...framesAt(address), ...framesAt(`${server.origin}/`)].entries()) {
    await waitForTestPage(frame)
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

test('a page that changes its URL without a load stays one frame', async ({ open }) => {
  const { page, driver } = await open('/')
  await makePayments(page)
  for (const path of ['/#/outage', '/orders?page=2']) {
    await page.evaluate((url) => history.pushState({}, '', url), path)
    // the panel searches for frames every two seconds
    await page.evaluate(() => new Promise((done) => setTimeout(done, 2_500)))
    expect(await driver.circuits()).toHaveLength(1)
    expect(await driver.text('.toolbar')).not.toContain('All frames')
  }
})

test('the panel of a tab shows and controls only the circuits of that tab', async ({ open }) => {
  const one = await open('/')
  const other = await open('/')
  for (const [{ page }, name] of [
    [one, 'circuit of tab 1'],
    [other, 'circuit of tab 2'],
  ] as const) {
    await page.evaluate((circuit) => {
      window.page.make(circuit)
    }, name)
  }
  await expect
    .poll(() => one.driver.circuits())
    .toEqual([expect.stringContaining('circuit of tab 1')])
  await expect
    .poll(() => other.driver.circuits())
    .toEqual([expect.stringContaining('circuit of tab 2')])

  await one.driver.press('Force open')
  await expect.poll(() => one.driver.text('.command-status')).toBe('Force open: done')
  expect(await other.page.evaluate(() => window.page.circuit('circuit of tab 2').state)).toBe(
    'closed',
  )
  expect(await other.driver.log()).toHaveLength(1)
})
