import type { Page } from '@playwright/test'
import { expect, test } from './fixtures.ts'
import { circuits, expectAccessible, makeCircuits } from './inline-page.ts'
import { waitForTestPage } from './wait-until.ts'

const incidents = (page: Page) =>
  page.getByRole('region', { name: 'What happened' }).getByRole('button')

/** Opens the panel on an outage of 40 circuits, with two incidents. */
async function openOutage(page: Page, url: string): Promise<void> {
  await page.goto(url)
  await waitForTestPage(page)
  await page.evaluate(() => window.page.outage(40))
  await page.getByRole('button', { name: 'Open Fluxgate devtools' }).click()
  await expect(incidents(page)).toHaveCount(2)
}

for (const [theme, width] of [
  ['light', 400],
  ['dark', 1_600],
] as const) {
  test(`${theme}, ${width} px wide: axe finds no violations in incidents, filters and legend`, async ({
    page,
    server,
  }) => {
    await page.setViewportSize({ width, height: 1_200 })
    await openOutage(page, `${server.origin}/inline?theme=${theme}`)
    const check = (what: string) => expectAccessible(page, what)
    await page.getByRole('button', { name: 'Legend' }).click()
    await expect(page.getByRole('region', { name: 'Legend' })).toBeVisible()
    await check('legend')
    await page.getByRole('button', { name: 'Legend' }).click()
    await page.getByRole('button', { name: /closed$/ }).click()
    await expect(page.getByRole('searchbox')).toHaveValue('state:closed')
    await check('filter')
    await page.getByRole('searchbox').fill('state:half')
    await expect(page.getByText('No circuit matches the filter')).toBeVisible()
    await check('no match')
    await page.getByRole('button', { name: 'Show all circuits' }).first().click()
    await incidents(page).first().click()
    await expect(page.getByText(/^You are looking at/)).toBeVisible()
    await check('a past moment')
  })
}

test('incidents, filters and legend are readable with forced colors', async ({ page, server }) => {
  await page.emulateMedia({ forcedColors: 'active', colorScheme: 'dark' })
  await page.setViewportSize({ width: 1_000, height: 1_000 })
  await openOutage(page, `${server.origin}/inline?theme=light`)
  // an ongoing incident has a mark besides its icon
  const border = (position: number) =>
    incidents(page)
      .nth(position)
      .evaluate((incident) => getComputedStyle(incident).borderInlineStartWidth)
  expect(await border(0)).toBe('3px')
  expect(await border(1)).toBe('0px')
  // the filter that is active
  const background = (name: string) =>
    page
      .getByRole('button', { name })
      .evaluate((button) => getComputedStyle(button).backgroundColor)
  expect(await background('All 40')).not.toBe(await background('17 open'))
  // the marks are drawn for the palette, so they need its background
  await page.getByRole('button', { name: 'Legend' }).click()
  const marks = await page
    .locator('.legend canvas')
    .evaluateAll((all) => [...new Set(all.map((mark) => getComputedStyle(mark).backgroundColor))])
  expect(marks).toEqual(['rgb(255, 255, 255)'])
})

test('a right-to-left page has the same panel', async ({ page, server }) => {
  await page.setViewportSize({ width: 1_300, height: 900 })
  const boxes = async () => {
    await openOutage(page, `${server.origin}/inline`)
    if (isRightToLeft) {
      await page.evaluate(() => {
        document.documentElement.dir = 'rtl'
      })
    }
    const parts = ['.summary', '.incident', '.circuits', '.timeline', '.log', '.inspector-pane']
    return Promise.all(parts.map((part) => page.locator(part).first().boundingBox()))
  }
  let isRightToLeft = false
  const before = await boxes()
  await page.evaluate(() => localStorage.clear())
  isRightToLeft = true
  expect(await boxes()).toEqual(before)
})

test('a right-to-left name keeps its direction, and so does the text around it', async ({
  page,
  server,
}) => {
  await page.setViewportSize({ width: 1_300, height: 900 })
  await page.goto(`${server.origin}/inline`)
  await waitForTestPage(page)
  const name = 'שירות-תשלומים-ראשי-של-החנות-באזור-אירופה-המערבית-מספר-אחת'
  await page.evaluate((circuit) => {
    window.page.make(circuit, { tripper: window.page.failureStreak(1) })
    window.page.fail(circuit, 1)
  }, name)
  await page.getByRole('button', { name: 'Open Fluxgate devtools' }).click()
  const halves = page.locator('.circuit-row .circuit-name > span')
  const [head, tail] = await Promise.all([
    halves.first().boundingBox(),
    halves.last().boundingBox(),
  ])
  expect(head?.x).toBeGreaterThan((tail?.x ?? 0) + (tail?.width ?? 0) - 1)
  // the sentence still begins with the name, at the left
  const cause = page.locator('.incident-cause')
  await expect(cause).toContainText(`${name} opened: failure streak 1 ≥ 1`)
  const positions = await cause.evaluate((element) => {
    const range = document.createRange()
    const verb = [...element.childNodes].find((node) => node.textContent?.includes('opened'))
    if (verb) range.selectNode(verb)
    const name = element.querySelector('.middle-truncated')
    return [name?.getBoundingClientRect().left, range.getBoundingClientRect().left]
  })
  expect(positions[0]).toBeLessThan(Number(positions[1]))
})

test('a name with line breaks and characters of two code units stays in its row', async ({
  page,
  server,
}) => {
  await page.goto(`${server.origin}/inline`)
  await makeCircuits(page)
  const name = `first line\nsecond line\u202e of the name ${'🔥'.repeat(20)}`
  await page.evaluate((circuit) => {
    window.page.make(circuit)
    window.page.circuit('payments').dispose()
    window.page.circuit(circuit).trip()
  }, name)
  await page.getByRole('button', { name: 'Open Fluxgate devtools' }).click()
  const row = circuits(page).filter({ hasText: 'second line' })
  const [box, nameBox] = await Promise.all([
    row.boundingBox(),
    row.locator('.circuit-name').boundingBox(),
  ])
  expect(nameBox?.height).toBeLessThan(box?.height ?? 0)
  const texts = await row.locator('.circuit-name > span').allTextContents()
  expect(texts.filter((text) => /\p{Surrogate}/u.test(text))).toEqual([])
  expect(texts.length).toBe(2)
})
