import type { Page } from '@playwright/test'
import { expect, test } from './fixtures.ts'
import { circuits, edges, length, log, makeCircuits, openPanel, timeline } from './inline-page.ts'

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

  // and by dragging
  const line = await page.getByRole('separator', { name: 'Height of the devtools' }).boundingBox()
  await page.mouse.move(200, (line?.y ?? 0) + 2)
  await page.mouse.down()
  await page.mouse.move(200, (line?.y ?? 0) + 42, { steps: 4 })
  await page.mouse.up()
  expect(await heightOf()).toBe(before + 16 - 40)

  await page.reload()
  await expect(page.locator('.panel')).toBeVisible()
  expect(await heightOf()).toBe(before + 16 - 40)
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

/** Opens the panel with some circuits; returns where their timeline is. */
async function openTimeline(page: Page, { origin }: { readonly origin: string }) {
  await page.setViewportSize({ width: 1300, height: 800 })
  await page.goto(`${origin}/inline`)
  await makeCircuits(page)
  await openPanel(page)
  const box = await timeline(page).boundingBox()
  if (box === null) throw new Error('The timeline is nowhere')
  return box
}

test('the pointer: wheel, drag, click', async ({ page, server }) => {
  const box = await openTimeline(page, server)
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

test('a pointer that rests points at what comes under it', async ({ page, server }) => {
  const box = await openTimeline(page, server)
  const told = page.locator('.tip time')
  await page.mouse.move(box.x + 20, box.y + 40)
  const before = await told.textContent()
  // time goes by, and a zoom brings other times
  await expect.poll(() => told.textContent()).not.toBe(before)
  await page.keyboard.down('Control')
  await page.mouse.wheel(0, -700)
  await page.keyboard.up('Control')
  await expect
    .poll(async () => {
      const [from] = await edges(page)
      const at = Date.parse(`2026-01-01T${(await told.textContent())?.slice(0, 8)}Z`)
      return Math.abs(at - from)
    })
    .toBeLessThanOrEqual(1_000)
})

test('to the right of the present there is nothing to look at', async ({ page, server }) => {
  await page.setViewportSize({ width: 1300, height: 800 })
  await page.goto(`${server.origin}/inline`)
  await makeCircuits(page)
  await openPanel(page)
  await page.getByRole('button', { name: 'Pause recording' }).click()
  await page.getByRole('button', { name: 'Show everything' }).click()
  const box = await timeline(page).boundingBox()
  if (box === null) throw new Error('The timeline is nowhere')
  const moment = async (fromRight: number) => {
    await page.mouse.click(box.x + box.width - fromRight, box.y + 40)
    return page.locator('.moment-head time').textContent()
  }
  expect(await moment(2)).toBe(await moment(8))
})

test('before anything was measured, no window is shown', async ({ page, server }) => {
  await page.goto(`${server.origin}/inline`)
  await makeCircuits(page)
  // the panel is opened late: what went before was measured by nobody
  await expect.poll(() => page.evaluate(() => performance.now())).toBeGreaterThan(2_500)
  await openPanel(page)
  await expect(page.getByText('The window just before it opened')).toBeVisible()
  await log(page).first().click()
  await page.getByRole('button', { name: 'Show everything' }).click()
  const box = await timeline(page).boundingBox()
  if (box === null) throw new Error('The timeline is nowhere')
  await page.mouse.click(box.x + box.width * 0.5, box.y + 40)
  await expect(page.getByText('Its metrics were not measured yet at that moment.')).toBeVisible()
  await expect(page.getByText(/^open/).first()).toBeVisible()
})

for (const width of [400, 1_300]) {
  test(`a command leaves its button under the pointer, and in focus, ${width} px wide`, async ({
    page,
    server,
  }) => {
    await page.setViewportSize({ width, height: 800 })
    await page.goto(`${server.origin}/inline`)
    await makeCircuits(page)
    await openPanel(page)
    const trip = page.getByRole('button', { name: 'Trip', exact: true })
    const before = await trip.boundingBox()
    await trip.focus()
    await page.keyboard.press('Enter')
    await expect(page.getByText('Trip: done')).toBeVisible()
    const after = await trip.boundingBox()
    expect(after?.x).toBe(before?.x)
    expect(after?.y).toBeCloseTo(before?.y ?? 0, -1)
    await expect(trip).toBeFocused()
  })
}

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
  // nor does a click move it, which takes the focus from one row to the other
  await circuits(page).first().click()
  await circuits(page).last().click()
  await expect(circuits(page).last()).toHaveAttribute('aria-selected', 'true')
  await expect(circuits(page)).toHaveText([/payments.*closed/, /search.*open/])
  await page.mouse.move(5, 5)
  await expect(circuits(page)).toHaveText([/search.*open/, /payments.*closed/])
})
