import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openPage } from '../browser.ts'
import { eventually, request, statuses } from '../http.ts'
import type { Stack } from '../stack.ts'
import type { StackRun } from '../stack-run.ts'
import { answer, fail, Service } from '../stub-services/service.ts'

const nextProgram = join('node_modules', 'next', 'dist', 'bin', 'next')

export const next: Stack = {
  name: 'next',
  packages: ['next', 'react', 'prom-client'],
  ci: true,
  async run(run) {
    const catalog = await Service.start(run, answer(['apple', 'pear']))
    await run.scripts('types', 'build')
    await run.test(
      'has nothing of the devtools in what the production build sends to browsers',
      () => {
        assert.deepEqual(chunksWith(run, '.next', devtoolsMark), [])
      },
    )

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
    /** Loads the page while the circuit is open. On a busy machine it may be half-open by then. */
    const showFallback = async () => {
      for (let i = 0; i < 5; i++) {
        await eventually(items, ({ status }) => status === 503)
        await page.goto(url)
        const isShown = await status.waitFor({ timeout: 2_000 }).then(
          () => true,
          () => false,
        )
        if (isShown) return
      }
      throw new Error('the fallback was not shown')
    }

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
      await showFallback()
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
        await showFallback()
        catalog.behaviour = answer(['plum'])
        await eventually(items, ({ status }) => status === 200)
        assert.deepEqual(await statuses(3, items), [200, 200, 200])
        await page.getByRole('button', { name: 'Try again' }).click()
        await page.getByText('From the server: plum').waitFor()
        await status.waitFor({ state: 'detached' })
      },
    )

    await app.stop()
    await driveDevelopment(run, env)
  },
}

const devtoolsMark = 'fluxgate.devtools.inline'

async function driveDevelopment(run: StackRun, env: Record<string, string>): Promise<void> {
  const development = await run.start('node', [nextProgram, 'dev'], {
    env: { ...env, NODE_ENV: 'development' },
  })
  // the development server refuses pages of another host than this
  const { page } = await openPage(run, development.url.replace('127.0.0.1', 'localhost'))
  const items = () => request(`${development.url}/api/items`)

  await run.test('development: shows the page and the devtools', async () => {
    await page.getByText('From the server: plum').waitFor()
    await page
      .getByRole('button', { name: /fluxgate/i })
      .first()
      .click()
    await page.getByText('api', { exact: true }).first().waitFor()
    // the check of the production build can fail: a development build has the mark
    assert.notDeepEqual(chunksWith(run, join('.next', 'dev'), devtoolsMark), [])
  })

  await run.test('development: keeps the circuits after a hot reload', async () => {
    assert.equal((await items()).status, 200)
    const file = join(run.folder, 'lib', 'circuits.ts')
    const code = readFileSync(file, 'utf8')
    writeFileSync(file, code.replace('return response.json()', "return ['fig']"))
    await eventually(items, ({ text }) => text === '["fig"]', 30_000)
    const metrics = (await request(`${development.url}/api/metrics`)).text
    const line = /calls_total\{circuit_name="catalog",outcome="success"\} (\d+)/
    assert.ok(Number(line.exec(metrics)?.[1]) >= 3)
  })
}

/** The files that are sent to browsers and contain a text. */
function chunksWith(run: StackRun, build: string, text: string): string[] {
  const folder = join(run.folder, build, 'static')
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  const scripts = files.filter((file) => file.endsWith('.js'))
  assert.ok(scripts.length > 3)
  return scripts.filter((file) => readFileSync(join(folder, file), 'utf8').includes(text))
}
