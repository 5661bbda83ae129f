import assert from 'node:assert/strict'
import { join } from 'node:path'
import { openPage } from '../browser.ts'
import { eventually, request, statuses } from '../http.ts'
import type { Stack } from '../stack.ts'
import { answer, fail, Service } from '../stub-services/service.ts'

const serve = join('node_modules', '@react-router', 'serve', 'bin.js')

export const reactRouter: Stack = {
  name: 'react-router',
  packages: ['react-router', 'react', 'vite'],
  async run(run) {
    await run.scripts('types', 'build')
    const catalog = await Service.start(run, answer(['apple', 'pear']))
    const env = { CATALOG_URL: catalog.url, HOST: '127.0.0.1', NODE_ENV: 'production' }
    const { url } = await run.start('node', [serve, './build/server/index.js'], { env })
    const { page, errors } = await openPage(run, url)
    const status = page.getByText('The catalog is unavailable.')

    await run.test('renders what the loader called through the circuit', async () => {
      await page.getByText('apple, pear').waitFor()
      assert.match((await request(url)).text, /apple, pear/)
    })

    await run.test('answers 503 with Retry-After, and renders the error boundary', async () => {
      catalog.behaviour = fail(503)
      assert.deepEqual(await statuses(3, () => request(url)), [500, 500, 500])
      const sent = await catalog.countDuring(async () => {
        const { status, headers, text } = await request(url)
        assert.equal(status, 503)
        assert.match(headers.get('retry-after') ?? '', /^[123]$/)
        assert.match(text, /The catalog is unavailable\./)
        assert.doesNotMatch(text, /failure streak/)
      })
      assert.equal(sent, 0)
    })

    await run.test(
      'recognises the rejection in the browser after a client navigation',
      async () => {
        await page.getByRole('button', { name: 'Reload' }).click()
        await status.waitFor()
      },
    )

    await run.test('revalidates when the circuit may probe', async () => {
      catalog.behaviour = answer(['plum'])
      await page.getByText('plum').waitFor()
      await status.waitFor({ state: 'detached' })
    })

    await run.test('recovers with three probes', async () => {
      await eventually(
        () => request(url),
        ({ status }) => status === 200,
      )
      assert.deepEqual(await statuses(3, () => request(url)), [200, 200, 200])
    })

    await run.test('recognises the rejection in the browser after a full load', async () => {
      catalog.behaviour = fail(503)
      await statuses(3, () => request(url))
      await page.goto(url)
      await status.waitFor()
      catalog.behaviour = answer(['fig'])
      await page.getByText('fig').waitFor()
      assert.deepEqual(errors, [])
    })
  },
}
