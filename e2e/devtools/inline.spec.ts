import { AxeBuilder } from '@axe-core/playwright'
import type { Locator, Page } from '@playwright/test'
import { expect, test } from './fixtures.ts'

/** Two circuits: one that tripped and is open, one that is closed. */
async function makeCircuits(page: Page): Promise<void> {
  await page.waitForFunction(() => 'page' in window)
  await page.evaluate(() => {
    const { make, fail, succeed, failureStreak, minRequests, failureRate, cooldown } = window.page
    make('payments', {
      tripper: failureStreak(9).or(minRequests(4).and(failureRate(0.5))),
      retry: cooldown(60_000),
    })
    make('search')
    succeed('payments', 2)
    fail('payments', 8)
    succeed('search', 3)
  })
}

async function openPanel(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Open Fluxgate devtools' }).click()
  await expect(circuits(page)).toHaveCount(2)
}

const circuits = (page: Page): Locator =>
  page.getByRole('listbox', { name: 'Circuits' }).getByRole('option')
const log = (page: Page): Locator => page.getByRole('listbox', { name: 'Log' }).getByRole('option')
const timeline = (page: Page): Locator => page.getByRole('img', { name: /^Timeline of/ })

/** Unix ms, to the second, of both edges of the timeline. */
async function edges(page: Page): Promise<[number, number]> {
  const label = (await timeline(page).getAttribute('aria-label')) ?? ''
  const [from = 0, to = 0] = (label.match(/\d\d:\d\d:\d\d/g) ?? []).map((time) =>
    Date.parse(`2026-01-01T${time}Z`),
  )
  return [from, to]
}

const length = async (page: Page) => {
  const [from, to] = await edges(page)
  return to - from
}

test('loads when it is opened, under the strictest policy, and remembers', async ({
  page,
  server,
}) => {
  const problems: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text())
  })
  page.on('pageerror', (error) => problems.push(error.message))
  const scripts: string[] = []
  page.on('request', (request) => scripts.push(new URL(request.url()).pathname))

  await page.goto(`${server.origin}/inline?strict`)
  await makeCircuits(page)
  const button = page.getByRole('button', { name: 'Open Fluxgate devtools' })
  await expect(button).toBeVisible()
  expect(scripts.filter((path) => path.includes('open-panel'))).toEqual([])
  await button.click()
  await expect(circuits(page)).toHaveCount(2)
  expect(scripts.filter((path) => path.includes('open-panel'))).toHaveLength(1)
  const style = await page.locator('.panel').evaluate((panel) => {
    const { display, fontSize } = getComputedStyle(panel)
    return { display, fontSize }
  })
  expect(style).toEqual({ display: 'flex', fontSize: '12px' })

  const dock = page.getByRole('complementary', { name: 'Fluxgate devtools' })
  const heightOf = async () => (await dock.boundingBox())?.height ?? 0
  const before = await heightOf()
  await page.getByRole('separator', { name: 'Height of the devtools' }).press('ArrowUp')
  expect(await heightOf()).toBe(before + 16)

  await page.reload()
  await expect(page.locator('.panel')).toBeVisible()
  expect(await heightOf()).toBe(before + 16)
  await page.getByRole('button', { name: 'Close', exact: true }).click()
  await page.reload()
  await expect(button).toBeVisible()
  expect(problems).toEqual([])
})

test('by keyboard alone', async ({ page, server }) => {
  await page.goto(`${server.origin}/inline`)
  await makeCircuits(page)
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await expect(circuits(page)).toHaveCount(2)

  // every control can be reached, in the order of the screen
  const focused = () =>
    page.evaluate(() => {
      const element = document.querySelector('fluxgate-devtools')?.shadowRoot?.activeElement
      return element?.getAttribute('aria-label') ?? element?.textContent ?? ''
    })
  const seen: string[] = []
  await page.getByRole('separator', { name: 'Height of the devtools' }).focus()
  for (let step = 0; step < 30 && seen.at(-1) !== 'Inspector'; step++) {
    await page.keyboard.press('Tab')
    seen.push(await focused())
    if (seen.at(-1)?.startsWith('Why')) break
  }
  expect(seen).toEqual([
    'Pause recording',
    'Clear',
    '',
    'Export as JSON',
    'Import JSON',
    'Show everything',
    'Follow the present',
    'Timeline as a table',
    'Close',
    'Filter circuits',
    'Circuits',
    expect.stringMatching(/^Timeline of 2 circuits/),
    'Width of the list of circuits',
    'Height of the lower panes',
    'Log',
    'Width of the inspector',
    'Why?',
  ])

  // the slash filters, as it is typed
  await page.keyboard.press('/')
  expect(await focused()).toBe('Filter circuits')
  await page.keyboard.type('state:open pay')
  await expect(circuits(page)).toHaveText([/payments/])
  await page.keyboard.press('ControlOrMeta+A')
  await page.keyboard.press('Delete')
  await expect(circuits(page)).toHaveCount(2)

  // the arrows go through the list
  await page.keyboard.press('Tab')
  await page.keyboard.press('End')
  await expect(circuits(page).last()).toHaveAttribute('aria-selected', 'true')
  await page.keyboard.press('ArrowUp')
  await expect(circuits(page).first()).toHaveAttribute('aria-selected', 'true')

  // the timeline: zoom, move, select a range which cuts the log, follow again
  await page.keyboard.press('Tab')
  const whole = await length(page)
  await page.keyboard.press('-')
  await page.keyboard.press('-')
  expect(await length(page)).toBeGreaterThan(whole * 1.3)
  const follow = page.getByRole('button', { name: 'Follow the present' })
  await expect(follow).toHaveAttribute('aria-pressed', 'true')
  await page.keyboard.press('ArrowLeft')
  await expect(follow).toHaveAttribute('aria-pressed', 'false')
  await page.keyboard.press('End')
  await expect(follow).toHaveAttribute('aria-pressed', 'true')
  await page.keyboard.press('Shift+ArrowRight')
  await expect(page.getByText(/^Only the selected/)).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByText(/^Only the selected/)).toBeHidden()

  // the log: arrows choose an entry, and the inspector goes to that moment
  await page.getByRole('listbox', { name: 'Log' }).focus()
  await page.keyboard.press('End')
  await expect(log(page).last()).toHaveAttribute('aria-selected', 'true')
  await expect(page.getByText('failure rate 50 % ≥ 50 % over 4 calls').last()).toBeVisible()
  await expect(page.getByRole('button', { name: 'Back to now' })).toBeVisible()

  // the tabs: arrows, and Home
  await page.getByRole('tab', { name: 'Why?' }).focus()
  await page.keyboard.press('ArrowRight')
  await expect(page.getByRole('tab', { name: 'Metrics' })).toBeFocused()
  await page.keyboard.press('End')
  await expect(page.getByRole('region', { name: 'Configuration as code' })).toContainText(
    'failureStreak(9).or(minRequests(4).and(failureRate(0.5)))',
  )

  // clear, and close: the focus goes back to where it came from
  await page.keyboard.press('Control+K')
  await expect(page.getByText('Nothing has happened yet')).toBeVisible()
  await page.getByRole('button', { name: 'Close', exact: true }).focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('button', { name: 'Open Fluxgate devtools' })).toBeFocused()
})

test('the pointer: wheel, drag, click', async ({ page, server }) => {
  await page.setViewportSize({ width: 1300, height: 800 })
  await page.goto(`${server.origin}/inline`)
  await makeCircuits(page)
  await openPanel(page)
  const box = await timeline(page).boundingBox()
  if (box === null) throw new Error('The timeline is nowhere')
  const y = box.y + 40
  const right = box.x + box.width * 0.96
  const follow = page.getByRole('button', { name: 'Follow the present' })

  await page.mouse.move(right, y)
  const whole = await length(page)
  await page.keyboard.down('Control')
  await page.mouse.wheel(0, 300)
  await page.keyboard.up('Control')
  await expect.poll(() => length(page)).toBeGreaterThan(whole * 1.8)
  await expect(follow).toHaveAttribute('aria-pressed', 'true')

  const [before] = await edges(page)
  await page.mouse.wheel(0, -200)
  await expect(follow).toHaveAttribute('aria-pressed', 'false')
  await expect.poll(async () => (await edges(page))[0]).toBeLessThan(before)
  await follow.click()

  // a drag over nothing that happened leaves an empty log
  await page.mouse.move(box.x + 20, y)
  await page.mouse.down()
  await page.mouse.move(box.x + 120, y, { steps: 5 })
  await page.mouse.up()
  await expect(page.getByText('Nothing happened in this range')).toBeVisible()
  await page.getByRole('button', { name: 'Show the whole log' }).click()
  await expect(log(page)).toHaveCount(3)

  // a drag over all of it leaves all of it
  await page.mouse.move(box.x + 20, y)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width - 2, y, { steps: 5 })
  await page.mouse.up()
  await expect(page.getByText(/^Only the selected/)).toBeVisible()
  await expect(log(page)).toHaveCount(3)
  await page.keyboard.press('Escape')

  // a click in the lane looks at that moment
  await page.mouse.click(right, y)
  await expect(page.getByRole('button', { name: 'Back to now' })).toBeVisible()
})

test('the list stands still while the pointer is on it', async ({ page, server }) => {
  await page.goto(`${server.origin}/inline`)
  await makeCircuits(page)
  await openPanel(page)
  await expect(circuits(page)).toHaveText([/payments/, /search/])
  await circuits(page).first().hover()
  await page.evaluate(() => {
    window.page.circuit('payments').reset()
    window.page.circuit('search').trip()
  })
  await expect(circuits(page)).toHaveText([/payments.*closed/, /search.*open/])
  await page.mouse.move(5, 5)
  await expect(circuits(page)).toHaveText([/search.*open/, /payments.*closed/])
})

test('the log follows its end, but not under somebody who reads further up', async ({
  page,
  server,
}) => {
  await page.goto(`${server.origin}/inline`)
  await makeCircuits(page)
  await openPanel(page)
  // cleared, so that the list is one that came later
  await page.getByRole('button', { name: 'Clear' }).click()
  const move = (times: number) =>
    page.evaluate((count) => {
      for (let index = 0; index < count; index++) {
        window.page.circuit('search').forceOpen()
        window.page.circuit('search').reset()
      }
    }, times)
  await move(50)
  const list = page.getByRole('listbox', { name: 'Log' })
  const offset = () => list.evaluate(({ scrollTop }) => scrollTop)
  await expect(log(page).last()).toHaveAttribute('aria-posinset', '100')
  const atEnd = await offset()
  expect(atEnd).toBeGreaterThan(1_000)

  await list.hover()
  await page.mouse.wheel(0, -700)
  await expect.poll(offset).toBe(atEnd - 700)
  await move(1)
  await expect(log(page).first()).toHaveAttribute('aria-setsize', '102')
  expect(await offset()).toBe(atEnd - 700)
})

test('a log of 100,000 lines: keys, wheel, and what comes meanwhile', async ({ page, server }) => {
  test.slow()
  await page.goto(`${server.origin}/inline`)
  await page.waitForFunction(() => 'page' in window)
  const moveOften = (times: number) =>
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
  await moveOften(49_999)
  await page.getByRole('button', { name: 'Open Fluxgate devtools' }).click()
  const size = (length: string) =>
    expect(log(page).last()).toHaveAttribute('aria-setsize', length, { timeout: 60_000 })
  await size('99999')
  const list = page.getByRole('listbox', { name: 'Log' })
  const chosen = list.getByRole('option', { selected: true })
  const offset = () => list.evaluate(({ scrollTop }) => scrollTop)

  // at the end it follows
  await expect(log(page).last()).toHaveAttribute('aria-posinset', '99999')
  await moveOften(1)
  await size('100001')
  await expect(log(page).last()).toHaveAttribute('aria-posinset', '100001')

  // the keys go anywhere, and what they choose is in sight
  await list.focus()
  for (const [key, position] of [
    ['Home', '1'],
    ['ArrowDown', '2'],
    ['End', '100001'],
    ['ArrowUp', '100000'],
  ] as const) {
    await page.keyboard.press(key)
    await expect(chosen).toHaveAttribute('aria-posinset', position)
    await expect(chosen).toBeInViewport()
  }
  await page.keyboard.press('Escape')
  await expect(chosen).toHaveCount(0)
  await page.keyboard.press('Enter')
  await expect(chosen).toHaveAttribute('aria-posinset', '100001')
  await page.keyboard.press('Escape')

  // who reads further up is left there
  await list.hover()
  await page.mouse.wheel(0, -500_000)
  const before = await log(page).allTextContents()
  const there = await offset()
  await moveOften(100)
  await size('100201')
  expect(await offset()).toBe(there)
  expect(await log(page).allTextContents()).toEqual(before)
})

test('paused it stands still; recording again it has missed nothing', async ({ page, server }) => {
  await page.goto(`${server.origin}/inline`)
  await makeCircuits(page)
  await openPanel(page)
  await page.getByRole('button', { name: 'Pause recording' }).click()
  await expect(page.getByText('Paused')).toBeVisible()
  await page.evaluate(() => window.page.circuit('search').forceOpen())
  await page.getByRole('button', { name: 'Record', exact: true }).click()
  await expect(log(page).last()).toContainText('closed → forced open')
})

for (const theme of ['light', 'dark'] as const) {
  for (const width of [400, 1_600]) {
    test(`${theme}, ${width} px wide: axe finds nothing, and nothing sticks out`, async ({
      page,
      server,
    }) => {
      await page.setViewportSize({ width, height: 800 })
      await page.goto(`${server.origin}/inline?theme=${theme}`)
      await makeCircuits(page)
      await openPanel(page)
      await expect(page.getByText(/^Next probe/)).toBeVisible()

      const check = async (what: string) => {
        const { violations } = await new AxeBuilder({ page }).include('fluxgate-devtools').analyze()
        const found = violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)
        expect(found, what).toEqual([])
        const sticksOut = await page
          .locator('.panel')
          .evaluate((panel) => panel.scrollWidth > panel.clientWidth)
        expect(sticksOut, what).toBe(false)
      }
      await check('Why?')
      await page.getByRole('tab', { name: 'Metrics' }).click()
      await check('Metrics')
      await page.getByRole('tab', { name: 'Configuration' }).click()
      await check('Configuration')
      if (width === 400) {
        await page.getByRole('tab', { name: 'Log' }).click()
        await check('Log')
      }
      await page.getByRole('button', { name: 'Timeline as a table' }).click()
      await expect(page.getByRole('table')).toContainText('payments')
      await check('Table')
    })
  }
}

test('the timeline as a table says what the lanes show', async ({ page, server }) => {
  await page.goto(`${server.origin}/inline`)
  await makeCircuits(page)
  await openPanel(page)
  await page.getByRole('button', { name: 'Timeline as a table' }).click()
  const rows = page.getByRole('table').getByRole('row')
  await expect(rows.filter({ hasText: 'payments' })).toContainText([/closed/, /open.*now/])
  await expect(rows.filter({ hasText: 'search' })).toContainText([/closed.*now/])
  // why, and how many calls were rejected since
  await expect(rows.filter({ hasText: 'now' }).filter({ hasText: 'payments' })).toContainText(
    / s6failure rate 50 % ≥ 50 % over 4 calls$/,
  )
})

test('where nothing is connected it shows how to', async ({ page, server }) => {
  await page.goto(`${server.origin}/inline`)
  await page.evaluate(() => {
    Object.defineProperty(globalThis, Symbol.for('fluxgate.devtools/v1'), { value: undefined })
  })
  await page.getByRole('button', { name: 'Open Fluxgate devtools' }).click()
  await expect(page.getByText('No Fluxgate on this page')).toBeVisible()
  await expect(page.getByRole('region', { name: 'Code that connects an app' })).toBeVisible()
  const { violations } = await new AxeBuilder({ page }).include('fluxgate-devtools').analyze()
  expect(violations.map(({ id }) => id)).toEqual([])
})
