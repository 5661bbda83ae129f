import type { Locator, Page } from '@playwright/test'
import { axeViolations } from '../axe.ts'
import { expect } from './fixtures.ts'
import { waitForTestPage } from './wait-until.ts'

/** Creates two circuits: `payments`, which is open, and `search`, which is closed. */
export async function makeCircuits(page: Page): Promise<void> {
  await waitForTestPage(page)
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

export async function openPanel(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Open Fluxgate devtools' }).click()
  await expect(circuits(page)).toHaveCount(2)
}

/** Expects that axe finds no violation in the panel, and that nothing is wider than the panel. */
export async function expectAccessible(page: Page, what: string): Promise<void> {
  expect(await axeViolations(page, 'fluxgate-devtools'), what).toEqual([])
  const overflows = await page
    .locator('.panel')
    .evaluate((panel) => panel.scrollWidth > panel.clientWidth)
  expect(overflows, what).toBe(false)
}

export const circuits = (page: Page): Locator =>
  page.getByRole('listbox', { name: 'Circuits' }).getByRole('option')
export const log = (page: Page): Locator =>
  page.getByRole('listbox', { name: 'Log' }).getByRole('option')
export const timeline = (page: Page): Locator => page.getByRole('img', { name: /^Timeline of/ })

/** Both edges of the timeline in Unix ms, rounded down to seconds. */
export async function edges(page: Page): Promise<[number, number]> {
  const label = (await timeline(page).getAttribute('aria-label')) ?? ''
  const [from = 0, to = 0] = (label.match(/\d\d:\d\d:\d\d/g) ?? []).map((time) =>
    Date.parse(`2026-01-01T${time}Z`),
  )
  return [from, to]
}

export const length = async (page: Page) => {
  const [from, to] = await edges(page)
  return to - from
}
