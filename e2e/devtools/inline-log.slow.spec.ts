import { expect, test } from './fixtures.ts'
import { log, makeCircuits, openPanel } from './inline-page.ts'
import { waitForTestPage } from './wait-until.ts'

test('the log follows new entries only while it is scrolled to its end', async ({
  page,
  server,
}) => {
  await page.goto(`${server.origin}/inline`)
  await makeCircuits(page)
  await openPanel(page)
  // the list is created again after the log was empty
  await page.getByRole('button', { name: 'Clear' }).click()
  const addEntries = (times: number) =>
    page.evaluate((count) => {
      for (let index = 0; index < count; index++) {
        window.page.circuit('search').forceOpen()
        window.page.circuit('search').reset()
      }
    }, times)
  await addEntries(50)
  const list = page.getByRole('listbox', { name: 'Log' })
  const offset = () => list.evaluate(({ scrollTop }) => scrollTop)
  await expect(log(page).last()).toHaveAttribute('aria-posinset', '100')
  const atEnd = await offset()
  expect(atEnd).toBeGreaterThan(1_000)

  await list.hover()
  await page.mouse.wheel(0, -700)
  await expect.poll(offset).toBe(atEnd - 700)
  await addEntries(1)
  await expect(log(page).first()).toHaveAttribute('aria-setsize', '102')
  expect(await offset()).toBe(atEnd - 700)
})

test('"Back to now" follows new entries again', async ({ page, server }) => {
  await page.goto(`${server.origin}/inline`)
  await makeCircuits(page)
  await openPanel(page)
  await page.evaluate(() => {
    for (let index = 0; index < 50; index++) {
      window.page.circuit('search').forceOpen()
      window.page.circuit('search').reset()
    }
  })
  await expect(log(page).last()).toHaveAttribute('aria-posinset', '102')
  await page.getByRole('listbox', { name: 'Log' }).press('Home')
  await expect(log(page).first()).toHaveAttribute('aria-posinset', '1')
  await page.getByRole('button', { name: 'Back to now' }).click()
  await expect(log(page).last()).toHaveAttribute('aria-posinset', '102')
  await page.evaluate(() => window.page.circuit('search').forceOpen())
  await expect(log(page).last()).toHaveAttribute('aria-posinset', '103')
})

test('the selected entry stays in view when the layout changes', async ({ page, server }) => {
  await page.setViewportSize({ width: 1_300, height: 800 })
  await page.goto(`${server.origin}/inline`)
  await makeCircuits(page)
  await openPanel(page)
  await page.evaluate(() => {
    for (let index = 0; index < 100; index++) {
      window.page.circuit('search').forceOpen()
      window.page.circuit('search').reset()
    }
  })
  await expect(log(page).last()).toHaveAttribute('aria-posinset', '202')
  const list = page.getByRole('listbox', { name: 'Log' })
  await list.press('End')
  for (let step = 0; step < 60; step++) await list.press('ArrowUp')
  const selected = list.getByRole('option', { selected: true })
  await expect(selected).toHaveAttribute('aria-posinset', '142')
  await page.setViewportSize({ width: 500, height: 800 })
  await page.getByRole('tab', { name: 'Log' }).click()
  await expect(selected).toBeInViewport()
  await page.setViewportSize({ width: 1_300, height: 800 })
  await expect(selected).toHaveAttribute('aria-posinset', '142')
  await expect(selected).toBeInViewport()
})

test('says that no log entry matches the filter', async ({ page, server }) => {
  await page.goto(`${server.origin}/inline`)
  await makeCircuits(page)
  await openPanel(page)
  await page.getByRole('searchbox', { name: 'Filter circuits' }).fill('nothing like this')
  await expect(page.getByText('Nothing happened to the circuits in the list')).toBeVisible()
  await page.getByRole('button', { name: 'Show all circuits' }).click()
  await expect(log(page)).toHaveCount(2)
})

test('a log of 100,000 entries supports keys and the wheel while entries arrive', async ({
  page,
  server,
}) => {
  test.slow()
  await page.goto(`${server.origin}/inline`)
  await waitForTestPage(page)
  const addEntries = (times: number) =>
    page.evaluate((count) => {
      const busy = window.page.circuit('busy')
      for (let index = 0; index < count; index++) {
        busy.forceOpen()
        busy.reset()
      }
    }, times)
  await page.evaluate(() => {
    const { make, devtoolsListener } = window.page
    make('busy', { listeners: [devtoolsListener({ capacity: 100_000 })] })
  })
  await addEntries(49_999)
  await page.getByRole('button', { name: 'Open Fluxgate devtools' }).click()
  const hasLength = (length: string) =>
    expect(log(page).last()).toHaveAttribute('aria-setsize', length, { timeout: 60_000 })
  await hasLength('99999')
  const list = page.getByRole('listbox', { name: 'Log' })
  const selected = list.getByRole('option', { selected: true })
  const offset = () => list.evaluate(({ scrollTop }) => scrollTop)

  // at its end, the log follows new entries
  await expect(log(page).last()).toHaveAttribute('aria-posinset', '99999')
  await addEntries(1)
  await hasLength('100001')
  await expect(log(page).last()).toHaveAttribute('aria-posinset', '100001')

  // keys select any entry and scroll it into view
  await list.focus()
  for (const [key, position] of [
    ['Home', '1'],
    ['ArrowDown', '2'],
    ['End', '100001'],
    ['ArrowUp', '100000'],
  ] as const) {
    await page.keyboard.press(key)
    await expect(selected).toHaveAttribute('aria-posinset', position)
    await expect(selected).toBeInViewport()
  }
  await page.keyboard.press('Escape')
  await expect(selected).toHaveCount(0)
  await page.keyboard.press('Enter')
  await expect(selected).toHaveAttribute('aria-posinset', '100001')
  await page.keyboard.press('Escape')

  // elsewhere, new entries do not scroll the log
  await list.hover()
  await page.mouse.wheel(0, -500_000)
  await expect(log(page).last()).not.toHaveAttribute('aria-posinset', '100001')
  const before = await log(page).allTextContents()
  const scrolledTo = await offset()
  await addEntries(100)
  await hasLength('100201')
  expect(await offset()).toBe(scrolledTo)
  expect(await log(page).allTextContents()).toEqual(before)
})

test('a paused log continues without loss when recording starts again', async ({
  page,
  server,
}) => {
  await page.goto(`${server.origin}/inline`)
  await makeCircuits(page)
  await openPanel(page)
  await page.getByRole('button', { name: 'Pause recording' }).click()
  await expect(page.getByText('Paused')).toBeVisible()
  await page.evaluate(() => window.page.circuit('search').forceOpen())
  await page.getByRole('button', { name: 'Record', exact: true }).click()
  await expect(log(page).last()).toContainText('closed → forced open')
})
