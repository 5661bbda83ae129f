import assert from 'node:assert/strict'
import { eventually, request, statuses } from '../http.ts'
import type { Stack } from '../stack.ts'
import { answer, fail, hang, Service } from '../stub-services/service.ts'

export const fastify: Stack = {
  name: 'fastify',
  packages: ['fastify', 'prom-client'],
  async run(run) {
    await run.scripts('types', 'build')
    const catalog = await Service.start(run, answer(['apple']))
    const env = { CATALOG_URL: catalog.url }
    const options = { env, readyPath: '/health' }
    const { app, url } = await run.start('node', ['dist/server.js'], options)
    const items = () => request(`${url}/items`)
    const circuit = async () => JSON.parse((await request(`${url}/health`)).text)[0]

    await run.test('answers through the guarded fetch', async () => {
      assert.deepEqual((await items()).text, '["apple"]')
      const { total, failures } = (await circuit()).metrics
      assert.deepEqual([total, failures], [1, 0])
    })

    await run.test('does not count the calls of clients that leave', async () => {
      catalog.behaviour = hang
      for (let i = 0; i < 5; i++) {
        await request(`${url}/items`, { signal: AbortSignal.timeout(100) }).catch(() => {})
      }
      await eventually(
        () => request(`${url}/metrics`),
        ({ text }) => /outcome="aborted"\} 5/.test(text),
      )
      const { state, metrics } = await circuit()
      assert.deepEqual([state, metrics.total, metrics.failures], ['closed', 1, 0])
    })

    await run.test('answers 503 with Retry-After, without the name of the circuit', async () => {
      catalog.behaviour = fail(500)
      assert.deepEqual(await statuses(3, items), [502, 502, 502])
      const sent = await catalog.countDuring(async () => {
        const { status, headers, text } = await items()
        assert.deepEqual([status, text], [503, '{"error":"try again later"}'])
        assert.match(headers.get('retry-after') ?? '', /^[12]$/)
      })
      assert.equal(sent, 0)
    })

    await run.test("logs the transition as data with Fastify's logger", () => {
      const lines = app.log.split('\n').filter((line) => line.includes('"newState":"open"'))
      assert.equal(lines.length, 1)
      const { level, circuitName, cause } = JSON.parse(lines[0] ?? '')
      assert.deepEqual([level, circuitName, cause], [40, 'catalog', 'rule'])
    })

    await run.test('serves metrics', async () => {
      const { text } = await request(`${url}/metrics`)
      assert.match(text, /calls_total\{circuit_name="catalog",outcome="failure"\} 3/)
    })

    await run.test('recovers with three probes', async () => {
      catalog.behaviour = answer(['plum'])
      await eventually(items, ({ status }) => status === 200)
      assert.deepEqual(await statuses(3, items), [200, 200, 200])
      assert.equal((await circuit()).state, 'closed')
    })

    await run.test('does not collect listeners on a connection that is kept alive', async () => {
      assert.deepEqual(new Set(await statuses(20, items)), new Set([200]))
      assert.doesNotMatch(app.log, /MaxListenersExceededWarning/)
    })

    await run.test('leaves other errors to Fastify', async () => {
      assert.equal((await request(`${url}/nothing`)).status, 404)
    })

    await run.test('exits after SIGTERM', async () => {
      app.signal('SIGTERM')
      assert.deepEqual(await app.exited, { code: 0, signal: null })
    })
  },
}
