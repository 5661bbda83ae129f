import { expect, test } from '@playwright/test'
import { axeViolations } from './axe.ts'

const input = '<input type="text">'
const pale = '<p style="color: #ccc; background: #fff">pale</p>'
const expected = [expect.stringContaining(`color-contrast: <p`), `label: ${input}`]

test('finds a missing label and a low contrast in a page', async ({ page }) => {
  await page.setContent(
    `<html lang="en"><title>Bad</title><main><h1>Bad</h1>${input}${pale}</main></html>`,
  )
  expect(await axeViolations(page)).toEqual(expected)
})

test('finds them in a shadow root, and nothing outside of the given element', async ({ page }) => {
  await page.setContent(`${input}${pale}<fluxgate-devtools></fluxgate-devtools>`)
  await page.locator('fluxgate-devtools').evaluate((element, html) => {
    element.attachShadow({ mode: 'open' }).innerHTML = html
  }, `<h2>Panel</h2>${input}${pale}`)
  expect(await axeViolations(page, 'fluxgate-devtools')).toEqual(expected)
})
