import { expect, test } from './fixtures.ts'

test('a reload of the panel keeps Preserve log and the sizes', async ({ open }) => {
  const { page, driver } = await open('/')
  await page.evaluate(() => {
    window.page.make('payments')
  })
  await expect.poll(() => driver.circuits()).toHaveLength(1)
  const shown = () =>
    driver.frame.evaluate(() => ({
      preserveLog: document.querySelector<HTMLInputElement>('input[type=checkbox]')?.checked,
      height: document.querySelector('.lower')?.getBoundingClientRect().height,
    }))
  const before = await shown()
  await driver.frame.evaluate(() => {
    document.querySelector<HTMLElement>('input[type=checkbox]')?.click()
    const line = document.querySelector('[aria-label="Height of the lower panes"]')
    line?.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowUp', bubbles: true }))
  })
  const changed = { preserveLog: true, height: (before.height ?? 0) + 16 }
  await expect.poll(shown).toEqual(changed)
  await driver.restart({ keepSettings: true })
  await expect.poll(() => driver.circuits()).toHaveLength(1)
  expect(await shown()).toEqual(changed)
})
