import { devices } from '@playwright/test'
import { expect, test } from './fixtures.ts'
import { circuits, makeCircuits, openPanel, timeline } from './inline-page.ts'

const { viewport, userAgent, deviceScaleFactor, isMobile, hasTouch } = devices['Pixel 7']
test.use({ viewport, userAgent, deviceScaleFactor, isMobile, hasTouch })

test('a swipe on the timeline scrolls the circuits', async ({ page, server, context }) => {
  await page.goto(`${server.origin}/inline`)
  await makeCircuits(page)
  await page.evaluate(() => {
    for (let index = 0; index < 50; index++) window.page.make(`circuit ${index}`)
  })
  await page.getByRole('button', { name: 'Open Fluxgate devtools' }).tap()
  await expect(circuits(page).first()).toBeVisible()
  const box = await timeline(page).boundingBox()
  if (box === null) throw new Error('The timeline has no box')
  const session = await context.newCDPSession(page)
  const scrolled = () =>
    page.evaluate(
      () =>
        document.querySelector('fluxgate-devtools')?.shadowRoot?.querySelector('.lanes')?.scrollTop,
    )
  expect(await scrolled()).toBe(0)
  const x = Math.round(box.x + box.width / 2)
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', y?: number) =>
    session.send('Input.dispatchTouchEvent', {
      type,
      touchPoints: y === undefined ? [] : [{ x, y: Math.round(y) }],
    })
  const bottom = box.y + Math.min(box.height, 150)
  await touch('touchStart', bottom)
  for (let step = 1; step <= 10; step++) await touch('touchMove', bottom - step * 10)
  await touch('touchEnd')
  await expect.poll(scrolled).toBeGreaterThan(40)
})

test('targets are at least 44 px high for a finger', async ({ page, server }) => {
  await page.goto(`${server.origin}/inline`)
  await makeCircuits(page)
  await openPanel(page)
  const small = await page.evaluate(() => {
    const root = document.querySelector('fluxgate-devtools')?.shadowRoot
    return [...(root?.querySelectorAll('button, select, [role=option], input[type=search]') ?? [])]
      .filter((element) => element.checkVisibility())
      .map(
        (element) =>
          [
            element.textContent || element.ariaLabel,
            element.getBoundingClientRect().height,
          ] as const,
      )
      .filter(([, height]) => height > 0 && height < 43.5)
  })
  expect(small).toEqual([])
})
