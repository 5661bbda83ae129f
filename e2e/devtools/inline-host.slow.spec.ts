import { expect, test } from './fixtures.ts'
import { circuits, makeCircuits, openPanel } from './inline-page.ts'

const size = { width: 1_000, height: 700 }

const pages = {
  'resets all styles': '* { all: unset !important }',
  'changes the layout of all elements':
    '* { position: static !important; float: left !important; width: 90px !important; pointer-events: none !important }',
  'has large uppercase text': 'html { font-size: 30px; line-height: 3; text-transform: uppercase }',
  'transforms its body': 'body { transform: translateX(60px) scale(0.8); filter: grayscale(1) }',
  'covers the whole window':
    'h1 { position: fixed; inset: 0; margin: 0; z-index: 2147483647; background: #fff }',
  'is right-to-left': 'html { direction: rtl }',
}

for (const [what, css] of Object.entries(pages)) {
  test(`a page that ${what} does not affect the panel`, async ({ page, server }) => {
    await page.setViewportSize(size)
    await page.goto(`${server.origin}/inline`)
    await page.addStyleTag({ content: css })
    await makeCircuits(page)
    await openPanel(page)
    const dock = page.getByRole('complementary', { name: 'Fluxgate devtools' })
    expect(await dock.boundingBox()).toEqual({ x: 0, y: 349, width: 1_000, height: 351 })
    const style = await page.locator('.panel').evaluate((panel) => {
      const { direction, fontSize, lineHeight, textTransform } = getComputedStyle(panel)
      return { direction, fontSize, lineHeight, textTransform }
    })
    expect(style).toEqual({
      direction: 'ltr',
      fontSize: '12px',
      lineHeight: '16.8px',
      textTransform: 'none',
    })
    await circuits(page).filter({ hasText: 'search' }).click()
    await expect(page.getByRole('heading', { name: 'search' })).toBeVisible()
  })
}

test('the end of the page can be scrolled above the panel', async ({ page, server }) => {
  await page.setViewportSize(size)
  await page.goto(`${server.origin}/inline`)
  await page.addStyleTag({ content: 'main { height: 2000px }' })
  await makeCircuits(page)
  await openPanel(page)
  await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight))
  const end = await page.locator('main').evaluate((main) => main.getBoundingClientRect().bottom)
  expect(end).toBeLessThanOrEqual(350)
  await page.getByRole('button', { name: 'Close', exact: true }).click()
  expect(await page.evaluate(() => document.documentElement.scrollHeight)).toBeLessThan(2_200)
})
