import type { Page } from '@playwright/test'
import { expect, test } from './fixtures.ts'
import { edges, length, log, makeCircuits, openPanel, timeline } from './inline-page.ts'

/** Opens the panel with two circuits; returns the box of the timeline. */
async function openTimeline(page: Page, { origin }: { readonly origin: string }) {
  await page.setViewportSize({ width: 1300, height: 800 })
  await page.goto(`${origin}/inline`)
  await makeCircuits(page)
  await openPanel(page)
  const box = await timeline(page).boundingBox()
  if (box === null) throw new Error('The timeline has no box')
  return box
}

test('the timeline zooms, scrolls and selects by wheel, drag and click', async ({
  page,
  server,
}) => {
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

  // selecting a range without events empties the log
  await page.mouse.move(box.x + 20, y)
  await page.mouse.down()
  await page.mouse.move(box.x + 120, y, { steps: 5 })
  await page.mouse.up()
  await expect(page.getByText('Nothing happened in this range')).toBeVisible()
  await page.getByRole('button', { name: 'Show the whole log' }).click()
  await expect(log(page)).toHaveCount(2)

  // selecting the whole range keeps all entries
  await page.mouse.move(box.x + 20, y)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width - 2, y, { steps: 5 })
  await page.mouse.up()
  await expect(page.getByText(/^Only the selected/)).toBeVisible()
  await expect(log(page)).toHaveCount(2)
  await page.keyboard.press('Escape')

  // a click in a lane selects that moment
  await page.mouse.click(right, y)
  await expect(page.getByRole('button', { name: 'Back to now' })).toBeVisible()
})

test('the tooltip shows the new time when the timeline moves under a still pointer', async ({
  page,
  server,
}) => {
  const box = await openTimeline(page, server)
  const tooltipTime = page.locator('.tooltip time')
  await page.mouse.move(box.x + 20, box.y + 40)
  const before = await tooltipTime.textContent()
  // the time changes with the present and with a zoom
  await expect.poll(() => tooltipTime.textContent()).not.toBe(before)
  await page.keyboard.down('Control')
  await page.mouse.wheel(0, -700)
  await page.keyboard.up('Control')
  await expect
    .poll(async () => {
      const [from] = await edges(page)
      const at = Date.parse(`2026-01-01T${(await tooltipTime.textContent())?.slice(0, 8)}Z`)
      return Math.abs(at - from)
    })
    .toBeLessThanOrEqual(1_000)
})

test('a click to the right of the present selects the present', async ({ page, server }) => {
  await page.setViewportSize({ width: 1300, height: 800 })
  await page.goto(`${server.origin}/inline`)
  await makeCircuits(page)
  await openPanel(page)
  await page.getByRole('button', { name: 'Pause recording' }).click()
  await page.getByRole('button', { name: 'Show everything' }).click()
  const box = await timeline(page).boundingBox()
  if (box === null) throw new Error('The timeline has no box')
  const moment = async (fromRight: number) => {
    await page.mouse.click(box.x + box.width - fromRight, box.y + 40)
    return page.locator('.past-note time').textContent()
  }
  expect(await moment(2)).toBe(await moment(8))
})

test('shows no window for a moment before the first metrics', async ({ page, server }) => {
  await page.goto(`${server.origin}/inline`)
  await makeCircuits(page)
  // metrics exist only from the time the panel was opened
  await expect.poll(() => page.evaluate(() => performance.now())).toBeGreaterThan(2_500)
  await openPanel(page)
  await expect(page.getByText('The window just before it opened')).toBeVisible()
  await log(page).first().click()
  await page.getByRole('button', { name: 'Show everything' }).click()
  const box = await timeline(page).boundingBox()
  if (box === null) throw new Error('The timeline has no box')
  await page.mouse.click(box.x + box.width * 0.5, box.y + 40)
  await expect(page.getByText('Its metrics were not measured yet at that moment.')).toBeVisible()
  await expect(page.getByText(/^open/).first()).toBeVisible()
})
