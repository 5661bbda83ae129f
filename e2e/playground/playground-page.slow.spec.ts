import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Page } from '@playwright/test'
import { axeViolations } from '../axe.ts'
import { expect, test } from './playground-test.ts'

const shownSource = resolve(import.meta.dirname, '../../playground/src/browser/guarded-fetch.ts')

/** Opens the page and applies manual transitions to the first circuits. */
async function openWithTransitions(page: Page, ...transitions: string[]): Promise<void> {
  await page.goto('/?rate=0&cooldown=60000')
  const lanes = page
    .getByRole('region')
    .filter({ has: page.getByRole('button', { name: /^Move/ }) })
  for (const [i, transition] of transitions.entries()) {
    const lane = lanes.nth(i)
    await lane.getByRole('button', { name: /^Move by hand/ }).click()
    await lane.getByRole('button', { name: transition }).click()
  }
}

for (const colorScheme of ['light', 'dark'] as const) {
  for (const transitions of [
    ['Trip', 'Force open', 'Disable'],
    ['Metrics only', 'Trip'],
  ]) {
    test(`the page passes axe (${colorScheme}) after ${transitions.join(', ')}`, async ({
      page,
    }) => {
      await page.emulateMedia({ colorScheme })
      await openWithTransitions(page, ...transitions)
      await expect(page.getByRole('log').getByText('manually')).toHaveCount(transitions.length)
      expect(await axeViolations(page)).toEqual([])
    })
  }
}

test('a half-open circuit and the open menu pass axe', async ({ page, services }) => {
  await page.clock.install()
  await page.goto('/?rate=12&cooldown=60000')
  const lane = page.getByRole('region', { name: 'recommendations' })
  await services.setKnobs('recommendations', { failureRate: 1 })
  await expect(lane.getByText('Open', { exact: true })).toBeVisible()
  await services.setKnobs('recommendations', { failureRate: 0 })
  await page.clock.fastForward(70_000)
  await expect(lane.getByText('Half open', { exact: true })).toBeVisible()
  await page.getByRole('slider', { name: 'Calls' }).press('Home')
  await lane.getByRole('button', { name: /^Move by hand/ }).click()
  expect(await axeViolations(page)).toEqual([])
  await expect(lane.getByText('Half open', { exact: true })).toBeVisible()
})

test('the page fits into widths from 400 to 1600 pixels', async ({ page }) => {
  await openWithTransitions(page, 'Trip', 'Force open')
  for (const width of [400, 520, 700, 860, 1000, 1340, 1600]) {
    await page.setViewportSize({ width, height: 900 })
    const wide = await page.evaluate(() => document.documentElement.scrollWidth)
    expect(wide, `at ${width} pixels`).toBeLessThanOrEqual(width)
  }
})

test('the menu of a circuit opens above its button where there is no room below', async ({
  page,
}) => {
  await page.goto('/?rate=0')
  const button = page.getByRole('button', { name: /^Move by hand/ }).first()
  const box = await button.boundingBox()
  const height = Math.ceil((box?.y ?? 0) + (box?.height ?? 0)) + 60
  await page.setViewportSize({ width: 1280, height })
  await button.click()
  for (const name of ['Reset', 'Metrics only']) {
    await expect(page.getByRole('button', { name, exact: false }).first()).toBeInViewport({
      ratio: 1,
    })
  }
})

test('all controls can be reached and used by keyboard', async ({ page, services }) => {
  await page.goto('/?rate=0')
  const controls = page.locator('main :is(button, input):not([popover] *)')
  const names: string[] = []
  await page.locator('header a').last().focus() // the last element before the view
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

test('displays and copies the source of the module that runs', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.goto('/')
  const source = await readFile(shownSource, 'utf8')
  const panel = page.getByRole('region', { name: 'The code that runs here' })
  expect((await panel.locator('pre').textContent())?.trimEnd()).toBe(source.trimEnd())
  await panel.getByRole('button', { name: 'Copy' }).click()
  await expect(panel.getByRole('button', { name: 'Copied' })).toBeVisible()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(source)
})

test('each manual transition changes the state', async ({ page }) => {
  await page.goto('/?rate=0')
  const lane = page.getByRole('region', { name: 'catalog' })
  for (const [transition, word] of [
    ['Trip', 'Open'],
    ['Force open', 'Forced open'],
    ['Disable', 'Disabled'],
    ['Metrics only', 'Metrics only'],
    ['Reset', 'Closed'],
  ] as const) {
    await lane.getByRole('button', { name: /^Move by hand/ }).click()
    await lane.getByRole('button', { name: new RegExp(`^${transition}`) }).click()
    await expect(lane.locator('header .state-badge')).toHaveText(word)
  }
})

test('does not animate calls with prefers-reduced-motion', async ({ page }) => {
  const dots = page.locator('.flow-dots .dot')
  await page.goto('/?rate=30')
  await expect(dots).not.toHaveCount(0)
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await page.reload()
  await expect(page.getByText(/% of [1-9]\d+ calls/)).toBeVisible()
  await expect(dots).toHaveCount(0)
})

test('sends no calls while the page is hidden', async ({ page }) => {
  await page.clock.install()
  await page.goto('/?rate=30')
  let requests = 0
  page.on('request', () => requests++)
  const setHidden = (hidden: boolean) =>
    page.evaluate((hidden) => {
      Object.defineProperty(document, 'hidden', { value: hidden, configurable: true })
      document.dispatchEvent(new Event('visibilitychange'))
    }, hidden)
  await page.clock.runFor(1_000)
  await expect.poll(() => requests).toBeGreaterThan(20)
  await setHidden(true)
  requests = 0
  await page.clock.runFor(5_000)
  expect(requests).toBe(0)
  await setHidden(false)
  await page.clock.runFor(1_000)
  await expect.poll(() => requests).toBeGreaterThan(20)
})

test('names and quotes an invalid number in the URL', async ({ page }) => {
  await page.goto('/?cooldown=soon&rate=-1')
  await expect(page.getByRole('alert')).toHaveText([
    '?cooldown must be a number from 100 to 600000, not "soon". The page uses 5000.',
    '?rate must be a number from 0 to 30, not "-1". The page uses 12.',
  ])
  await expect(page.getByRole('region', { name: 'catalog' })).toBeVisible()
})
