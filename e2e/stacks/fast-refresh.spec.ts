import { expect, type Page, test } from '@playwright/test'
import { DevServer } from './fast-refresh/dev-server.ts'
import type {} from './fast-refresh/page/watched.ts'

/** Of each circuit that was ever watched, in that order. */
const subscriptions = (page: Page) => page.evaluate(() => [...watched.subscriptions.values()])

for (const react of [18, 19] as const) {
  test(`React ${react}: a component that is edited stays on its circuit`, async ({
    page,
  }, info) => {
    const server = await DevServer.start(react, info.outputPath('site'))
    const complaints: string[] = []
    page.on('pageerror', (error) => complaints.push(String(error)))
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

    await test.step('more is asked of the hook', async () => {
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

    await test.step('a circuit that the edited file makes is new each time: the old one is left', async () => {
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
    expect(complaints).toEqual([])
    await server.close()
  })
}
