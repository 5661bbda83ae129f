import assert from 'node:assert/strict'
import { openPage } from '../browser.ts'
import type { Stack } from '../stack.ts'
import type { StackRun } from '../stack-run.ts'
import { answer, fail, Service } from '../stub-services/service.ts'
import { startVite } from '../vite-server.ts'

export const vue: Stack = {
  name: 'vue',
  packages: ['vue', 'vite', 'vue-tsc'],
  ci: true,
  run: driveCatalog,
}

export const svelte: Stack = {
  name: 'svelte',
  packages: ['svelte', 'vite', 'svelte-check'],
  run: driveCatalog,
}

export const solid: Stack = { name: 'solid', packages: ['solid-js', 'vite'], run: driveCatalog }

/** The three programs show the same page. */
async function driveCatalog(run: StackRun): Promise<void> {
  await run.scripts('types', 'build')
  const api = await Service.start(run, answer(['apple', 'pear']))
  const url = await startVite(run, ['preview'], { API_URL: api.url })
  const { page, errors } = await openPage(run, url)
  const status = page.getByText('The catalog is unavailable.')
  const state = (name: string) => page.getByText(name, { exact: true })
  const reload = async () => {
    await Promise.all([
      page.waitForResponse('**/api/items'),
      page.getByRole('button', { name: 'Reload' }).click(),
    ])
  }

  await run.test('loads through the circuit', async () => {
    await page.getByText('pear').waitFor()
    await state('closed').waitFor()
    assert.equal(api.requests.length, 1)
    assert.equal(await status.count(), 0)
  })

  await run.test('shows that the circuit opened, keeps the data, and sends nothing', async () => {
    api.behaviour = fail(503)
    for (let i = 0; i < 3; i++) await reload()
    await status.waitFor()
    await state('open').waitFor()
    assert.equal(await page.getByText('pear').count(), 1)
    const sent = await api.countDuring(async () => {
      await page.getByRole('button', { name: 'Reload' }).click()
      await page.waitForTimeout(300)
    })
    assert.equal(sent, 0)
  })

  await run.test('loads again when the retry time passes, without a click', async () => {
    api.behaviour = answer(['plum'])
    await page.getByText('plum').waitFor()
    await state('half_open').waitFor()
    await status.waitFor({ state: 'detached' })
  })

  await run.test('closes after three probes', async () => {
    for (let i = 0; i < 2; i++) await reload()
    await state('closed').waitFor()
    assert.deepEqual(errors, [])
  })
}
