import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { expect, test } from './playground-test.ts'

const shownSource = resolve(import.meta.dirname, '../../playground/src/guarded-fetch.ts')

/** A page with signals, and circuits moved by hand. */
async function openMovedPage(page: Page, ...moves: string[]): Promise<void> {
  await page.goto('/?rate=0&cooldown=60000')
  const lanes = page
    .getByRole('region')
    .filter({ has: page.getByRole('button', { name: /^Move/ }) })
  for (const [i, move] of moves.entries()) {
    const lane = lanes.nth(i)
    await lane.getByRole('button', { name: /^Move by hand/ }).click()
    await lane.getByRole('button', { name: move }).click()
  }
}

for (const colorScheme of ['light', 'dark'] as const) {
  for (const moves of [
    ['Trip', 'Force open', 'Disable'],
    ['Metrics only', 'Trip'],
  ]) {
    test(`axe finds nothing, ${colorScheme}, after ${moves.join(', ')}`, async ({ page }) => {
      await page.emulateMedia({ colorScheme })
      await openMovedPage(page, ...moves)
      await expect(page.getByRole('log').getByText('manually')).toHaveCount(moves.length)
      const { violations } = await new AxeBuilder({ page }).analyze()
      expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([])
    })
  }
}

test('axe finds nothing in a half-open circuit and in the open menu', async ({
  page,
  services,
}) => {
  await page.clock.install()
  await page.goto('/?rate=12&cooldown=60000')
  const lane = page.getByRole('region', { name: 'recommendations' })
  await services.turn('recommendations', { failureRate: 1 })
  await expect(lane.getByText('Open', { exact: true })).toBeVisible()
  await services.turn('recommendations', { failureRate: 0 })
  await page.clock.fastForward(70_000)
  await expect(lane.getByText('Half open', { exact: true })).toBeVisible()
  await page.getByRole('slider', { name: 'Calls' }).press('Home')
  await lane.getByRole('button', { name: /^Move by hand/ }).click()
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([])
  await expect(lane.getByText('Half open', { exact: true })).toBeVisible()
})

test('nothing is wider than the page, from 400 to 1600 pixels', async ({ page }) => {
  await openMovedPage(page, 'Trip', 'Force open')
  for (const width of [400, 520, 700, 860, 1000, 1340, 1600]) {
    await page.setViewportSize({ width, height: 900 })
    const wide = await page.evaluate(() => document.documentElement.scrollWidth)
    expect(wide, `at ${width} pixels`).toBeLessThanOrEqual(width)
  }
})

test('everything can be reached and used by keyboard', async ({ page, services }) => {
  await page.goto('/?rate=0')
  const controls = page.locator('main :is(button, input):not([popover] *)')
  const names: string[] = []
  await page.locator('header a').last().focus() // all that comes before the view itself
  for (let i = await controls.count(); i > 0; i--) {
    await page.keyboard.press('Tab')
    names.push(
      await page.evaluate(() => {
        const { activeElement } = document
        const label = activeElement instanceof HTMLInputElement && activeElement.labels?.[0]
        return (label || activeElement)?.textContent ?? ''
      }),
    )
  }
  const all = await controls.evaluateAll((elements) =>
    elements.map((element) => {
      const label = element instanceof HTMLInputElement && element.labels?.[0]
      return (label || element).textContent
    }),
  )
  expect(all.length).toBeGreaterThan(15)
  expect(names).toEqual(all)

  const lane = page.getByRole('region', { name: 'payments' })
  await lane.getByRole('button', { name: /^Move by hand/ }).focus()
  await page.keyboard.press('Enter')
  await page.keyboard.press('Tab')
  await expect(lane.getByRole('button', { name: /^Reset/ })).toBeFocused()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await expect(lane.getByText('Open', { exact: true })).toBeVisible()
  await expect(lane.getByText('tripped manually')).toBeVisible()

  const before = await services.received('catalog')
  await page.getByRole('slider', { name: 'Calls' }).press('End')
  await expect.poll(() => services.received('catalog')).toBeGreaterThan(before)
})

test('the code shown, and copied, is the module that runs', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.goto('/')
  const source = await readFile(shownSource, 'utf8')
  const panel = page.getByRole('region', { name: 'The code that runs here' })
  expect((await panel.locator('pre').textContent())?.trimEnd()).toBe(source.trimEnd())
  await panel.getByRole('button', { name: 'Copy' }).click()
  await expect(panel.getByRole('button', { name: 'Copied' })).toBeVisible()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(source)
})

test('every move by hand moves', async ({ page }) => {
  await page.goto('/?rate=0')
  const lane = page.getByRole('region', { name: 'catalog' })
  for (const [move, word] of [
    ['Trip', 'Open'],
    ['Force open', 'Forced open'],
    ['Disable', 'Disabled'],
    ['Metrics only', 'Metrics only'],
    ['Reset', 'Closed'],
  ] as const) {
    await lane.getByRole('button', { name: /^Move by hand/ }).click()
    await lane.getByRole('button', { name: new RegExp(`^${move}`) }).click()
    await expect(lane.locator('header .state-badge')).toHaveText(word)
  }
})

test('no dot moves for who prefers reduced motion; the counts tell', async ({ page }) => {
  const dots = page.locator('.flow-dots .dot')
  await page.goto('/?rate=30')
  await expect(dots).not.toHaveCount(0)
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await page.reload()
  await expect(page.getByText(/% of [1-9]\d+ calls/)).toBeVisible()
  await expect(dots).toHaveCount(0)
})

test('a page that nobody looks at calls nobody', async ({ page }) => {
  await page.clock.install()
  await page.goto('/?rate=30')
  let requests = 0
  page.on('request', () => requests++)
  const look = (hidden: boolean) =>
    page.evaluate((hidden) => {
      Object.defineProperty(document, 'hidden', { value: hidden, configurable: true })
      document.dispatchEvent(new Event('visibilitychange'))
    }, hidden)
  await page.clock.runFor(1_000)
  await expect.poll(() => requests).toBeGreaterThan(20)
  await look(true)
  requests = 0
  await page.clock.runFor(5_000)
  expect(requests).toBe(0)
  await look(false)
  await page.clock.runFor(1_000)
  await expect.poll(() => requests).toBeGreaterThan(20)
})

test('a wrong number in the address is named, and quoted', async ({ page }) => {
  await page.goto('/?cooldown=soon&rate=-1')
  await expect(page.getByRole('alert')).toHaveText([
    '?cooldown must be a number from 100 to 600000, not "soon"; it is 5000 now.',
    '?rate must be a number from 0 to 30, not "-1"; it is 12 now.',
  ])
  await expect(page.getByRole('region', { name: 'catalog' })).toBeVisible()
})
