import { expect, test } from './fixtures.ts'

test('shows past events when it is opened later', async ({ open }) => {
  const { page, driver } = await open('/', { fresh: true })
  await page.evaluate(() => {
    const { make, fail, failureStreak, cooldown } = window.page
    make('payments', { tripper: failureStreak(3), retry: cooldown(60_000) })
    make('search')
    fail('payments', 5)
    window.page.circuit('payments').reset()
  })
  await driver.show()
  await expect.poll(() => driver.log()).toContainEqual(expect.stringContaining('closed → open'))
  const log = await driver.log()
  expect(log.map((line) => line.replace(/^[\d:.]+ ?/, ''))).toEqual([
    expect.stringMatching(/^payments …added2 circuits/),
    expect.stringMatching(/^paymentsclosed → openfailure streak 3 ≥ 3 over 3 calls/),
    expect.stringMatching(/^paymentsopen → closedreset manually/),
  ])
  // two calls were rejected while it was open
  expect(await page.evaluate(() => window.page.circuit('payments').rejections)).toBe(2)
})

test('shows a trip with the values of the rule', async ({ open }) => {
  const { page, driver } = await open('/')
  await page.evaluate(() => {
    const { make, succeed, failureStreak, minRequests, failureRate, cooldown } = window.page
    make('payments', {
      tripper: failureStreak(50).or(minRequests(10).and(failureRate(0.5))),
      retry: cooldown(60_000),
    })
    succeed('payments', 4)
  })
  await expect.poll(() => driver.circuits()).toEqual([expect.stringContaining('closed')])
  await expect.poll(() => driver.text('.next-step')).toBe('Opens after 6 more failures')

  await page.evaluate(() => window.page.fail('payments', 6))
  await expect.poll(() => driver.circuits()).toEqual([expect.stringContaining('open')])
  await driver.selectEntry('closed → open')
  expect(await driver.rule()).toEqual([
    'met: any of',
    'not met: failure streak6< 50',
    'met: all of',
    'met: requests10≥ 10',
    'met: failure rate60 %≥ 50 %',
  ])
  expect(await driver.text('.why-sentence')).toContain('failure rate 60 % ≥ 50 % over 10 calls')
})

test('each command changes the state of the circuit and is confirmed', async ({ open }) => {
  const { page, driver } = await open('/')
  await page.evaluate(() => {
    window.page.make('payments', { retry: window.page.cooldown(60_000) })
  })
  await expect.poll(() => driver.circuits()).toHaveLength(1)
  for (const [button, state, word] of [
    ['Trip', 'open', 'open'],
    ['Force open', 'forced_open', 'forced open'],
    ['Metrics only', 'metrics_only', 'metrics only'],
    ['Disable', 'disabled', 'disabled'],
    ['Reset', 'closed', 'closed'],
  ] as const) {
    await driver.press(button)
    await expect.poll(() => driver.text('.command-status')).toBe(`${button}: done`)
    expect(await page.evaluate(() => window.page.circuit('payments').state)).toBe(state)
    await expect.poll(() => driver.circuits()).toEqual([expect.stringContaining(word)])
  }
  const byDevtools = (await driver.log()).filter((line) => line.includes('from the devtools'))
  expect(byDevtools).toHaveLength(5)
})

test('a command by keyboard keeps the focus on its button', async ({ open }) => {
  const { page, driver, devtools } = await open('/')
  await page.evaluate(() => {
    window.page.make('payments')
  })
  await expect.poll(() => driver.circuits()).toHaveLength(1)
  await devtools.bringToFront()
  const trip = await driver.frame.waitForSelector('.controls button:nth-child(2)')
  await trip?.focus()
  await devtools.keyboard.press('Enter')
  await expect.poll(() => driver.text('.command-status')).toBe('Trip: done')
  expect(await driver.text(':focus')).toBe('Trip')
})

test('Escape returns to the present first, and then opens the drawer of the DevTools', async ({
  open,
}) => {
  const { page, driver, devtools } = await open('/')
  await page.evaluate(() => {
    window.page.make('payments')
  })
  await devtools.bringToFront()
  const entry = await driver.frame.waitForSelector('.log-row')
  await entry?.click()
  await expect.poll(() => driver.text('.inspector-head')).toContain('Back to now')
  const hasDrawer = () =>
    devtools.evaluate(async () => {
      const ui = await import(String('./ui/legacy/legacy.js'))
      return Boolean(ui.InspectorView.InspectorView.instance().drawerVisible())
    })
  await devtools.keyboard.press('Escape')
  await expect.poll(() => driver.text('.inspector-head')).not.toContain('Back to now')
  expect(await hasDrawer()).toBe(false)
  await devtools.keyboard.press('Escape')
  await expect.poll(hasDrawer).toBe(true)
  await devtools.keyboard.press('Escape')
})

test('the configuration can be copied without a permission', async ({ open }) => {
  const { page, driver, devtools } = await open('/')
  await page.evaluate(() => {
    window.page.make('payments', { tripper: window.page.failureStreak(4) })
  })
  await driver.tab('Configuration')
  await devtools.bringToFront()
  const button = await driver.frame.waitForSelector('.copy')
  await button?.click()
  await expect.poll(() => driver.text('.copy')).toBe('Copied')

  // paste into a text field to read the clipboard
  await driver.frame.focus('[aria-label="Filter circuits"]')
  await devtools.keyboard.down('Control')
  await devtools.keyboard.press('V')
  await devtools.keyboard.up('Control')
  const pasted = () =>
    driver.frame.evaluate(
      () => document.querySelector<HTMLInputElement>('[aria-label="Filter circuits"]')?.value,
    )
  await expect.poll(pasted).toContain("name: 'payments',")
  expect(await pasted()).toContain('tripper: failureStreak(4),')
})

test('shows no controls for a page with controls: false', async ({ open }) => {
  const { page, driver } = await open('/')
  await page.evaluate(() => {
    const { make, devtoolsListener } = window.page
    make('payments', { listeners: [devtoolsListener({ controls: false })] })
  })
  await expect
    .poll(() => driver.text('.inspector'))
    .toContain('does not allow changes from the devtools')
})

test('asks for confirmation of a command on a remote host', async ({ open, server }) => {
  const remote = new URL('http://shop.example/')
  remote.port = new URL(server.origin).port
  const { page, driver } = await open(remote.href)
  await page.evaluate(() => {
    window.page.make('payments')
  })
  await expect.poll(() => driver.circuits()).toHaveLength(1)
  await driver.press('Force open')
  expect(await driver.text('dialog')).toContain('shop.example')
  await driver.press('Cancel')
  expect(await page.evaluate(() => window.page.circuit('payments').state)).toBe('closed')

  await driver.press('Force open')
  await driver.frame.evaluate(() => {
    document.querySelector<HTMLElement>('dialog .primary')?.click()
  })
  await expect.poll(() => driver.text('.command-status')).toBe('Force open: done')
  expect(await page.evaluate(() => window.page.circuit('payments').state)).toBe('forced_open')
})

test('shows how to connect an app on a page without Fluxgate', async ({ open }) => {
  const { driver } = await open('/bare')
  await expect.poll(() => driver.status()).toBe('No Fluxgate on this page')
  expect(await driver.text('.empty-state')).toContain('listeners: [devtoolsListener()]')
})

test('follows the theme of the DevTools when it changes', async ({ open }) => {
  const { driver, setTheme } = await open('/')
  const background = () =>
    driver.frame.evaluate(() => {
      const panel = document.querySelector('.panel')
      return panel ? getComputedStyle(panel).backgroundColor : ''
    })
  await expect.poll(background).toBe('rgb(255, 255, 255)')
  await setTheme('dark')
  await expect.poll(background).toBe('rgb(40, 40, 40)')
  await setTheme('default')
  await expect.poll(background).toBe('rgb(255, 255, 255)')
})

test('reads nothing while hidden and misses nothing when shown again', async ({ open }) => {
  const { page, driver } = await open('/')
  await page.evaluate(() => {
    window.page.make('payments', { tripper: window.page.failureStreak(1) })
    const hook = Reflect.get(globalThis, Symbol.for('fluxgate.devtools/v1'))
    const state = { reads: 0 }
    const { read } = hook
    Object.defineProperty(globalThis, Symbol.for('fluxgate.devtools/v1'), {
      configurable: true,
      value: {
        version: 1,
        epoch: hook.epoch,
        read: (...args: unknown[]) => {
          state.reads++
          return read.apply(hook, args)
        },
        command: hook.command.bind(hook),
      },
    })
    Object.assign(window, { reads: () => state.reads })
  })
  const reads = () => page.evaluate(() => Number(Reflect.get(window, 'reads')()))
  await expect.poll(() => driver.circuits()).toHaveLength(1)
  await expect.poll(reads).toBeGreaterThan(2)

  await driver.hide()
  await expect
    .poll(async () => {
      const before = await reads()
      await page.evaluate(() => new Promise((done) => setTimeout(done, 600)))
      return (await reads()) - before
    })
    .toBe(0)
  await page.evaluate(() => window.page.fail('payments', 1))

  await driver.show()
  await expect.poll(() => driver.log()).toContainEqual(expect.stringContaining('closed → open'))
})

test('Escape closes the confirmation dialog, and not the DevTools drawer', async ({
  open,
  server,
}) => {
  const remote = new URL('http://shop.example/')
  remote.port = new URL(server.origin).port
  const { page, driver, devtools } = await open(remote.href)
  await page.evaluate(() => {
    window.page.make('payments')
  })
  await expect.poll(() => driver.circuits()).toHaveLength(1)
  await devtools.bringToFront()
  await (await driver.frame.waitForSelector('.controls button:nth-child(3)'))?.click()
  await driver.frame.waitForSelector('dialog[open]')
  await devtools.keyboard.press('Escape')
  await driver.frame.waitForSelector('dialog:not([open])')
  const hasDrawer = await devtools.evaluate(async () => {
    const ui = await import(String('./ui/legacy/legacy.js'))
    return Boolean(ui.InspectorView.InspectorView.instance().drawerVisible())
  })
  expect(hasDrawer).toBe(false)
  expect(await page.evaluate(() => window.page.circuit('payments').state)).toBe('closed')
})
