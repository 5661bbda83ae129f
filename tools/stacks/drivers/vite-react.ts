import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { openPage } from '../browser.ts'
import type { Stack } from '../stack.ts'
import type { StackRun } from '../stack-run.ts'
import { answer, fail, Service } from '../stub-services/service.ts'
import { startVite, viteProgram } from '../vite-server.ts'

export const viteReact: Stack = {
  name: 'vite-react',
  packages: ['vite', 'react', '@tanstack/react-query'],
  ci: true,
  async run(run) {
    await run.scripts('types', 'build')
    await run.test('has no code of the devtools in the production build', async () => {
      assert.deepEqual(await devtoolsModules(run, 'production'), [])
      // the check can fail: a development build has them
      assert.ok((await devtoolsModules(run, 'development')).length > 50)
    })

    const api = await Service.start(run, answer(['apple', 'pear']))
    const env = { API_URL: api.url }
    const { page, errors } = await openPage(run, await startVite(run, ['preview'], env))
    const status = page.getByText('The catalog is unavailable.')
    const reload = page.getByRole('button', { name: 'Reload' })

    await run.test('shows the catalog', async () => {
      await page.getByText('pear').waitFor()
      assert.equal(await status.count(), 0)
    })

    await run.test('opens after three failures, counts down, and keeps the data', async () => {
      api.behaviour = fail(503)
      const sent = await api.countDuring(async () => {
        await reload.click()
        await page.getByText(/Next try in [12] s/).waitFor()
        await status.waitFor()
        assert.equal(await page.getByText('pear').count(), 1)
        await reload.click()
      })
      assert.equal(sent, 3)
    })

    await run.test('loads again when the circuit may probe, and recovers', async () => {
      api.behaviour = answer(['plum'])
      await page.getByText('plum').waitFor()
      await status.waitFor({ state: 'detached' })
      // each reload is a probe, until the circuit is closed
      for (let i = 0; i < 3; i++) {
        await Promise.all([page.waitForResponse('**/api/items'), reload.click()])
      }
      assert.deepEqual(errors, [])
    })

    await run.test('shows the circuit in the devtools during development', async () => {
      const development = await openPage(run, await startVite(run, [], env))
      await development.page.getByText('plum').waitFor()
      await development.page
        .getByRole('button', { name: /fluxgate/i })
        .first()
        .click()
      await development.page.getByText('catalog', { exact: true }).first().waitFor()
      assert.deepEqual(development.errors, [])
    })
  },
}

/** The modules of the devtools, and of what they alone need, that end up in a bundle. */
async function devtoolsModules(run: StackRun, mode: string): Promise<string[]> {
  const out = `dist-${mode}`
  const options = ['--sourcemap', '--mode', mode, '--outDir', out]
  await run.exec('node', [viteProgram, 'build', ...options], { NODE_ENV: mode })
  const maps = readdirSync(join(run.folder, out, 'assets')).filter((name) => name.endsWith('.map'))
  const sources = maps.flatMap((name): string[] => {
    return JSON.parse(readFileSync(join(run.folder, out, 'assets', name), 'utf8')).sources
  })
  assert.ok(sources.some((path) => path.endsWith('src/catalog.tsx')))
  return sources.filter((path) => /devtools|node_modules\/(zod|@tanstack\/.*virtual)/.test(path))
}
