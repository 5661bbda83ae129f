import { expect, test } from './fixtures.ts'
import { circuits, length, log, makeCircuits, openPanel } from './inline-page.ts'

test('loads when it is opened, works under a strict CSP and stores its layout', async ({
  page,
  server,
}) => {
  const problems: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text())
  })
  page.on('pageerror', (error) => problems.push(error.message))
  // a blocked `new Function` that is caught appears only here
  await page.exposeFunction('reportViolation', (directive: string) => problems.push(directive))
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
      Reflect.get(window, 'reportViolation')(`${violatedDirective}: ${blockedURI}`),
    )
  })
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

  // resize by dragging
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

test('is operable by keyboard alone', async ({ page, server }) => {
  await page.goto(`${server.origin}/inline`)
  await makeCircuits(page)
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await expect(circuits(page)).toHaveCount(2)
  await expect(page.getByRole('button', { name: /^payments opened/ })).toBeVisible()

  // Tab reaches every control in visual order
  const focused = () =>
    page.evaluate(() => {
      const element = document.querySelector('fluxgate-devtools')?.shadowRoot?.activeElement
      return element?.getAttribute('aria-label') ?? element?.textContent ?? ''
    })
  const tabStops: string[] = []
  await page.getByRole('separator', { name: 'Height of the devtools' }).focus()
  for (let step = 0; step < 30 && tabStops.at(-1) !== 'Inspector'; step++) {
    await page.keyboard.press('Tab')
    tabStops.push(await focused())
    if (tabStops.at(-1)?.startsWith('Why')) break
  }
  expect(tabStops).toEqual([
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
    'All 2',
    '1 open',
    '1 closed',
    'Legend',
    expect.stringContaining('payments opened: failure rate'),
    'Sort by name',
    'Sort by opened first',
    'Sort by next probe',
    'Circuits',
    expect.stringMatching(/^Timeline of 2 circuits/),
    'Width of the list of circuits',
    'Height of the lower panes',
    'Log',
    'Width of the inspector',
    'Why?',
  ])

  // the slash key focuses the filter
  await page.keyboard.press('/')
  expect(await focused()).toBe('Filter circuits')
  await page.keyboard.type('state:open pay')
  await expect(circuits(page)).toHaveText([/payments/])
  await page.keyboard.press('ControlOrMeta+A')
  await page.keyboard.press('Delete')
  await expect(circuits(page)).toHaveCount(2)

  // arrow keys select a circuit
  await page.getByRole('listbox', { name: 'Circuits' }).focus()
  await page.keyboard.press('End')
  await expect(circuits(page).last()).toHaveAttribute('aria-selected', 'true')
  await page.keyboard.press('ArrowUp')
  await expect(circuits(page).first()).toHaveAttribute('aria-selected', 'true')

  // the timeline: zoom, scroll, follow, select a range that filters the log
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

  // the log: keys select an entry, and the inspector shows its moment
  await page.getByRole('listbox', { name: 'Log' }).focus()
  await page.keyboard.press('End')
  await expect(log(page).last()).toHaveAttribute('aria-selected', 'true')
  await expect(page.getByText('failure rate 50 % ≥ 50 % over 4 calls').last()).toBeVisible()
  await expect(page.getByRole('button', { name: 'Back to now' })).toBeVisible()

  // the tabs: arrow keys and End
  await page.getByRole('tab', { name: 'Why?' }).focus()
  await page.keyboard.press('ArrowRight')
  await expect(page.getByRole('tab', { name: 'Metrics' })).toBeFocused()
  await page.keyboard.press('End')
  await expect(page.getByRole('region', { name: 'Configuration as code' })).toContainText(
    'failureStreak(9).or(minRequests(4).and(failureRate(0.5)))',
  )

  // clear and close: the focus returns to the button that opened the panel
  await page.keyboard.press('Control+K')
  await expect(page.getByText('Nothing has happened yet')).toBeVisible()
  await page.getByRole('button', { name: 'Close', exact: true }).focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('button', { name: 'Open Fluxgate devtools' })).toBeFocused()
})

for (const width of [400, 1_300]) {
  test(`a command moves neither its button nor the focus, ${width} px wide`, async ({
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

test('the order of the list stays while the pointer is over it', async ({ page, server }) => {
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
  // nor does a click, which moves the focus, change the order
  await circuits(page).first().click()
  await circuits(page).last().click()
  await expect(circuits(page).last()).toHaveAttribute('aria-selected', 'true')
  await expect(circuits(page)).toHaveText([/payments.*closed/, /search.*open/])
  await page.mouse.move(5, 5)
  await expect(circuits(page)).toHaveText([/search.*open/, /payments.*closed/])
})
