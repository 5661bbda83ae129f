import type { Page } from '@playwright/test'
import { expect, test } from './fixtures.ts'
import { circuits, log } from './inline-page.ts'
import { waitForTestPage } from './wait-until.ts'

const rootCause = 'postgres-primary'

async function openOutage(page: Page, origin: string, count: number): Promise<void> {
  await page.goto(`${origin}/inline`)
  await waitForTestPage(page)
  await page.evaluate((n) => window.page.outage(n), count)
  await page.getByRole('button', { name: 'Open Fluxgate devtools' }).click()
  await expect(circuits(page).first()).toContainText(rootCause)
}

const incidents = (page: Page) =>
  page.getByRole('region', { name: 'What happened' }).getByRole('listitem')

for (const [width, count] of [
  [400, 300],
  [800, 300],
  [1_600, 300],
  [1_600, 6],
] as const) {
  test(`an outage of ${count} circuits, ${width} px wide: the first screen shows which circuit opened first, since when, why, and its next probe`, async ({
    page,
    server,
  }) => {
    await page.setViewportSize({ width, height: 1_200 })
    await openOutage(page, server.origin, count)
    const incident = incidents(page).first()
    await expect(incident).toBeInViewport()
    await expect(incident).toContainText(`${rootCause} opened first: failure streak 5 ≥ 5`)
    await expect(incident).toContainText(/\d+ more within \d+ s/)
    await expect(incident).toContainText(/(\d+) of \1 still down, \d+ min/)
    await expect(incident).toContainText(/probes failed, next probe: (\d+ s|due)/)

    // the circuit that opened first is the first in the list, and explained
    const first = circuits(page).first()
    await expect(first).toBeInViewport()
    await expect(first).toHaveAttribute('aria-selected', 'true')
    await expect(first).toContainText(/open.*\d min( \d+ s)?.*5 in a row/)
    await expect(page.getByRole('heading', { name: rootCause })).toBeInViewport()
    await expect(page.getByText(/since .* because failure streak 5 ≥ 5/)).toBeInViewport()
    await expect(page.getByText(/^Next probe in \d+ s/)).toBeInViewport()
  })
}

test('counts per state filter the list with one click', async ({ page, server }) => {
  await page.setViewportSize({ width: 1_300, height: 900 })
  await openOutage(page, server.origin, 40)
  const chips = page.getByRole('group', { name: 'Circuits by state' })
  await expect(chips.getByRole('button')).toHaveText(['All 40', '17 open', '23 closed'])
  await chips.getByRole('button', { name: '23 closed' }).click()
  await expect(page.getByRole('searchbox')).toHaveValue('state:closed')
  await expect(circuits(page).first()).toHaveAttribute('aria-setsize', '23')
  await expect(chips.getByRole('button', { name: '17 open' })).toBeVisible()
  await chips.getByRole('button', { name: 'All 40' }).click()
  await expect(circuits(page).first()).toHaveAttribute('aria-setsize', '40')
})

test('a click on an incident shows the first trip, and only the trips that followed', async ({
  page,
  server,
}) => {
  await page.setViewportSize({ width: 1_300, height: 900 })
  await openOutage(page, server.origin, 40)
  await incidents(page).first().getByRole('button').click()
  await expect(log(page).first()).toContainText(`${rootCause}closed → open`)
  await expect(log(page).first()).toHaveAttribute('aria-setsize', '17')
  await expect(page.getByText(/^You are looking at/)).toContainText(
    'The buttons act on the present.',
  )
})

test('the buttons are disabled while a past moment is shown', async ({ page, server }) => {
  await page.setViewportSize({ width: 1_300, height: 900 })
  await openOutage(page, server.origin, 6)
  await log(page).first().click()
  const reset = page.getByRole('button', { name: 'Reset', exact: true })
  await expect(reset).toHaveAttribute('aria-disabled', 'true')
  await reset.click({ force: true })
  await page.getByRole('button', { name: 'Back to now' }).click()
  await expect(reset).toHaveAttribute('aria-disabled', 'false')
  expect(await page.evaluate((name) => window.page.circuit(name).state, rootCause)).toBe('open')
})

test('the headings sort the list', async ({ page, server }) => {
  await page.setViewportSize({ width: 1_600, height: 900 })
  await openOutage(page, server.origin, 6)
  await page.getByRole('button', { name: 'Sort by name' }).click()
  await expect(circuits(page).first()).toContainText('admin-orders')
  await page.reload()
  await waitForTestPage(page)
  await page.evaluate(() => window.page.outage(6))
  // the order is remembered
  await expect(circuits(page).first()).toContainText('admin-orders')
  await page.getByRole('button', { name: 'Sort by opened first' }).click()
  await expect(circuits(page).first()).toContainText(rootCause)
})

test('the row and the inspector show the same countdown', async ({ page, server }) => {
  await page.setViewportSize({ width: 1_300, height: 900 })
  await openOutage(page, server.origin, 6)
  const shown = () =>
    page.evaluate(() => {
      const root = document.querySelector('fluxgate-devtools')?.shadowRoot
      const text = (selector: string) => root?.querySelector(selector)?.textContent ?? ''
      const seconds = /(\d+) s/
      return [
        seconds.exec(text('.circuit-row[aria-selected=true] .circuit-probe'))?.[1],
        seconds.exec(text('.next-step b'))?.[1],
      ]
    })
  for (let step = 0; step < 20; step++) {
    const [inRow, inInspector] = await shown()
    expect(inRow).toBeDefined()
    expect(inRow).toBe(inInspector)
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 130)))
  }
})

test('the legend explains every mark', async ({ page, server }) => {
  await page.setViewportSize({ width: 1_300, height: 900 })
  await openOutage(page, server.origin, 6)
  const legend = page.getByRole('region', { name: 'Legend' })
  await expect(legend).toBeHidden()
  await page.getByRole('button', { name: 'Legend' }).click()
  await expect(legend.getByRole('definition')).toHaveCount(11)
  await page.getByRole('button', { name: 'Legend' }).click()
  await expect(legend).toBeHidden()
})

test('circuits that were added together are one line in the log', async ({ page, server }) => {
  await page.setViewportSize({ width: 1_300, height: 900 })
  await openOutage(page, server.origin, 40)
  await page.getByRole('listbox', { name: 'Log' }).press('Home')
  await expect(log(page).first()).toContainText('40 circuits')
  await expect(log(page).nth(1)).not.toContainText('added')
})

test('truncates a long origin in its middle, and shows all of it in a tooltip', async ({
  page,
  server,
}) => {
  await page.setViewportSize({ width: 800, height: 900 })
  await openOutage(page, server.origin, 6)
  const name = page.locator('.circuit-name', { hasText: '8443/api' }).last()
  await expect(name).toHaveAttribute('title', /^https:\/\/orders-eu-west-1.*8443\/api$/)
  const end = name.locator('span').last()
  expect(await end.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(0)
  await expect(end).toBeInViewport()
})

test('the charts fill the pane in aligned rows, and mark the time that was not measured', async ({
  page,
  server,
}) => {
  await page.setViewportSize({ width: 1_300, height: 900 })
  await openOutage(page, server.origin, 6)
  await page.getByRole('tab', { name: 'Metrics' }).click()
  await expect(page.locator('.chart-box').last()).toBeVisible() // all() does not wait
  const boxes = await Promise.all(
    (await page.locator('.chart-box').all()).map((chart) => chart.boundingBox()),
  )
  const [one, two] = boxes
  expect(one?.y).toBe(two?.y)
  expect(one?.height).toBe(two?.height)
  const pane = await page.getByRole('tabpanel').boundingBox()
  const bottom = Math.max(...boxes.map((box) => (box?.y ?? 0) + (box?.height ?? 0)))
  expect((pane?.y ?? 0) + (pane?.height ?? 0) - bottom).toBeLessThan(30)
  const before = bottom
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 1_000)))
  const last = await page.locator('.chart-box').last().boundingBox()
  expect((last?.y ?? 0) + (last?.height ?? 0)).toBe(before)
})
