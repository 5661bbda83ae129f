import { expect, type Page, test } from '@playwright/test'
import { DevServer } from './fast-refresh/dev-server.ts'
import type {} from './fast-refresh/page/watched.ts'

/** The number of subscriptions per circuit, in the order of their first subscription. */
const subscriptions = (page: Page) => page.evaluate(() => [...watched.subscriptions.values()])

for (const react of [18, 19] as const) {
  test(`React ${react}: keeps the subscription of an edited component`, async ({ page }, info) => {
    const server = await DevServer.start(react, info.outputPath('site'))
    const errors: string[] = []
    page.on('pageerror', (error) => errors.push(String(error)))
    await page.goto(server.url)
    const shown = page.getByRole('button')
    await shown.click()
    await expect(shown).toHaveText('before: closed, clicks: 1')

    await server.edit('status.tsx', { 'before:': 'after:' })
    await expect(shown).toHaveText('after: closed, clicks: 1')
    expect(await subscriptions(page)).toEqual([1])
    expect(await page.evaluate(() => watched.calls.size)).toBe(1)

    const renders = await page.evaluate(() => {
      const before = watched.renders
      watched.circuit.forceOpen()
      return before
    })
    await expect(shown).toHaveText('after: forced_open, clicks: 1')
    expect(await page.evaluate(() => watched.renders)).toBe(renders + 1)

    await test.step('the edited component uses another option of the hook', async () => {
      await server.edit('status.tsx', {
        'useCircuit(circuit)': 'useCircuit(circuit, { metrics: 500 })',
        'after:': 'metrics:',
      })
      await expect(shown).toHaveText(/^metrics: forced_open/)
      expect(await subscriptions(page)).toEqual([1])
      expect(await page.evaluate(() => watched.calls.size)).toBe(1)
      await page.evaluate(() => watched.circuit.reset())
      await expect(shown).toHaveText(/^metrics: closed/)
    })

    await test.step('the edited file creates a new circuit: the subscription to the old one ends', async () => {
      await server.edit('status.tsx', {
        'const { circuit } = watched': `import { CircuitBreaker } from '@fluxgate/core'
          const circuit = new CircuitBreaker({ name: 'own' })
          circuit.disable()`,
      })
      await expect(shown).toHaveText(/^metrics: disabled/)
      expect(await subscriptions(page)).toEqual([0, 1])
      await server.edit('status.tsx', { 'circuit.disable()': 'circuit.trip()' })
      await expect(shown).toHaveText(/^metrics: open/)
      expect(await subscriptions(page)).toEqual([0, 0, 1])
    })
    expect(errors).toEqual([])
    await server.close()
  })
}
