import assert from 'node:assert/strict'
import { join } from 'node:path'
import { openPage } from '../browser.ts'
import { eventually, request, statuses } from '../http.ts'
import type { Stack } from '../stack.ts'
import { answer, fail, Service } from '../stand-ins/service.ts'

const nextProgram = join('node_modules', 'next', 'dist', 'bin', 'next')

export const next: Stack = {
  name: 'next',
  packages: ['next', 'react', 'prom-client'],
  ci: true,
  async run(run) {
    const catalog = await Service.start(run, answer(['apple', 'pear']))
    await run.scripts('types', 'build')
    const env = { CATALOG_URL: catalog.url, NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' }
    const { app, url } = await run.start('node', [nextProgram, 'start'], {
      env,
      readyPath: '/api/metrics',
    })
    const items = () => request(`${url}/api/items`)
    const metrics = async () => (await request(`${url}/api/metrics`)).text
    const calls = async (outcome: string) => {
      const line = `circuit_breaker_calls_total{circuit_name="catalog",outcome="${outcome}"} `
      return Number((await metrics()).split(line)[1]?.split('\n')[0])
    }

    const { page, errors } = await openPage(run, url)
    const status = page.getByText('The catalog is unavailable.')
    const output = page.locator('output')
    const reload = page.getByRole('button', { name: 'Reload' })

    await run.test('calls through a circuit in a server component', async () => {
      await page.getByText('From the server: apple, pear').waitFor()
    })

    await run.test('calls through a circuit of the browser in a client component', async () => {
      await reload.click()
      await page.getByText('apple, pear (closed)').waitFor()
      assert.deepEqual(errors, [])
    })

    await run.test('counts the calls of pages and of routes in one place', async () => {
      const before = await calls('success')
      assert.equal((await items()).status, 200)
      assert.match((await request(url)).text, /apple, pear/)
      assert.equal(await calls('success'), before + 2)
    })

    await run.test(
      'opens the circuit of pages and routes, and answers 503 with Retry-After',
      async () => {
        catalog.behaviour = fail(503)
        assert.deepEqual(await statuses(3, items), [502, 502, 502])
        const sent = await catalog.countDuring(async () => {
          const { status, headers } = await items()
          assert.equal(status, 503)
          assert.match(headers.get('retry-after') ?? '', /^[123]$/)
        })
        assert.equal(sent, 0)
        assert.match(await metrics(), /state\{circuit_name="catalog",state="open"\} 1/)
      },
    )

    await run.test('shows the fallback for a rejection of the server component', async () => {
      const sent = await catalog.countDuring(async () => {
        await page.goto(url)
        await status.waitFor()
      })
      assert.equal(sent, 0)
      // the digest hides the name; the log of the server shows it
      assert.match(app.log, /CallNotPermittedError.*catalog/)
    })

    await run.test('opens the circuit of the browser', async () => {
      await reload.click()
      await page.getByText('status 503 (closed)').waitFor()
      await reload.click()
      await page.getByText('status 503 (open)').waitFor()
      await reload.click()
      await page.getByText('not now (open)').waitFor()
      assert.equal(await output.count(), 1)
    })

    await run.test('guards a fetch in the edge runtime', async () => {
      const edge = () => request(`${url}/edge`)
      assert.deepEqual(await statuses(3, edge), [503, 503, 503])
      const sent = await catalog.countDuring(async () => {
        assert.match((await edge()).headers.get('retry-after') ?? '', /^\d+$/)
      })
      assert.equal(sent, 0)
    })

    await run.test(
      'recovers with three probes, and shows the page again without a reload',
      async () => {
        // open again, should it be half-open by now
        await eventually(items, ({ status }) => status === 503)
        await page.goto(url)
        await status.waitFor()
        catalog.behaviour = answer(['plum'])
        await eventually(items, ({ status }) => status === 200)
        assert.deepEqual(await statuses(3, items), [200, 200, 200])
        await page.getByRole('button', { name: 'Try again' }).click()
        await page.getByText('From the server: plum').waitFor()
        await status.waitFor({ state: 'detached' })
      },
    )
  },
}
