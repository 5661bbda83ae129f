import type { Page } from '@playwright/test'
import { expect, test } from './fixtures.ts'
import { circuits, makeCircuits, openPanel } from './inline-page.ts'
import { waitUntil } from './wait-until.ts'

const size = { width: 1_000, height: 800 }

async function open(page: Page, origin: string): Promise<void> {
  await page.setViewportSize(size)
  await page.goto(`${origin}/inline`)
  await makeCircuits(page)
}

for (const capture of [false, true]) {
  test(`listeners of the page${capture ? ' in the capture phase' : ''} receive no event of the panel`, async ({
    page,
    server,
  }) => {
    await open(page, server.origin)
    await page.evaluate((isCapture) => {
      const received: string[] = []
      Object.assign(window, { received })
      for (const type of ['keydown', 'keyup', 'mousedown', 'pointerdown', 'click', 'focusin']) {
        document.addEventListener(type, () => received.push(type), isCapture)
      }
    }, capture)
    const received = () => page.evaluate(() => Reflect.get(window, 'received'))
    await openPanel(page)
    const filter = page.getByRole('searchbox', { name: 'Filter circuits' })
    await filter.click()
    await page.keyboard.type('pay')
    await expect(filter).toHaveValue('pay')
    await expect(circuits(page)).toHaveCount(1)
    await page.getByRole('checkbox', { name: 'Preserve log' }).check()
    await page.keyboard.press('Space')
    await expect(page.getByRole('checkbox', { name: 'Preserve log' })).not.toBeChecked()
    await page.getByRole('tab', { name: 'Metrics' }).click()
    await page.keyboard.press('ArrowRight')
    await expect(page.getByRole('tab', { name: 'Configuration' })).toBeFocused()
    expect(await received()).toEqual([])
    // the page still receives its own
    await page.getByRole('heading', { name: 'App' }).click()
    expect(await received()).toContain('click')
  })
}

test('a focus trap of the page does not take the text typed in the panel', async ({
  page,
  server,
}) => {
  await open(page, server.origin)
  await page.evaluate(() => {
    const trapped = document.createElement('input')
    document.body.append(trapped)
    trapped.focus()
    const isOutside = (event: Event) => event.target !== trapped
    const keep = (event: Event) => isOutside(event) && trapped.focus()
    document.addEventListener('focusin', keep, true)
    for (const type of ['mousedown', 'touchstart', 'click']) {
      const cancel = (event: Event) => {
        if (!isOutside(event)) return
        event.preventDefault()
        event.stopImmediatePropagation()
      }
      document.addEventListener(type, cancel, { capture: true, passive: false })
    }
  })
  await openPanel(page)
  const filter = page.getByRole('searchbox', { name: 'Filter circuits' })
  await filter.click()
  await page.keyboard.type('search')
  await expect(filter).toHaveValue('search')
  await expect(circuits(page)).toHaveText([/search/])
})

test('the panel is usable while the page shows a modal dialog, also when it is removed', async ({
  page,
  server,
}) => {
  await open(page, server.origin)
  await openPanel(page)
  await page.evaluate(() => {
    const dialog = document.createElement('dialog')
    dialog.append('A dialog of the page')
    document.body.append(dialog)
    dialog.showModal()
  })
  await circuits(page).filter({ hasText: 'search' }).click()
  await expect(page.getByRole('heading', { name: 'search' })).toBeVisible()
  await page.evaluate(() => document.querySelector('dialog')?.remove())
  await circuits(page).filter({ hasText: 'payments' }).click()
  await expect(page.getByRole('heading', { name: 'payments' })).toBeVisible()
})

test('the panel is usable while an element of the page is fullscreen', async ({ page, server }) => {
  await open(page, server.origin)
  await openPanel(page)
  await page.evaluate(() => {
    document.querySelector('main')?.addEventListener('click', ({ currentTarget }) => {
      if (currentTarget instanceof Element) void currentTarget.requestFullscreen()
    })
  })
  await page.getByRole('heading', { name: 'App' }).click()
  await waitUntil(() => page.evaluate(() => document.fullscreenElement !== null))
  await circuits(page).filter({ hasText: 'search' }).click()
  await expect(page.getByRole('heading', { name: 'search' })).toBeVisible()
})

test('a transform of the whole page does not move the panel', async ({ page, server }) => {
  await open(page, server.origin)
  await page.addStyleTag({ content: 'html { transform: translateX(80px) rotate(2deg) }' })
  await openPanel(page)
  const dock = page.getByRole('complementary', { name: 'Fluxgate devtools' })
  expect(await dock.boundingBox()).toEqual({ x: 0, y: 399, width: 1_000, height: 401 })
})

test('of several panels in a page, one is shown until the last is unmounted', async ({
  page,
  server,
}) => {
  await page.goto(`${server.origin}/inline?panels=2`)
  const button = page.getByRole('button', { name: 'Open Fluxgate devtools' })
  await expect(button).toHaveCount(1)
  await page.evaluate(() => window.unmountPanel())
  await expect(button).toHaveCount(1)
  await page.evaluate(() => window.unmountPanel())
  await expect(button).toHaveCount(0)
})
