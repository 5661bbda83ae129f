import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { eventually, postJson, request, statuses } from '../http.ts'
import type { Stack } from '../stack.ts'
import { Postgres } from '../stub-services/postgres.ts'
import { answer, fail, hang, Service } from '../stub-services/service.ts'

export const express: Stack = {
  name: 'express',
  packages: ['express', 'axios', 'pg', 'pino', 'prom-client'],
  ci: true,
  async run(run) {
    await run.scripts('types', 'build')
    const bank = await Service.start(run, answer({ id: 'c1' }))
    const database = await Postgres.start(run)
    const env = { BANK_URL: bank.url, DATABASE_URL: database.url, NODE_ENV: 'production' }
    const { app, url } = await run.start('node', ['dist/server.js'], { env, readyPath: '/health' })
    const pay = () => postJson(`${url}/payments`, { amount: 5 })
    const order = () => request(`${url}/orders/7`)

    await run.test('passes the request and the answer through axios and the circuit', async () => {
      const { status, text } = await pay()
      assert.deepEqual([status, text], [201, '{"paid":"c1"}'])
      assert.deepEqual(
        bank.requests.map(({ method, body }) => [method, body]),
        [['POST', '{"amount":5}']],
      )
    })

    await run.test('keeps the circuit closed while the bank answers 404', async () => {
      bank.behaviour = fail(404)
      assert.deepEqual(await statuses(8, pay), Array(8).fill(502))
      assert.match((await request(`${url}/health`)).text, /"name":"bank","state":"closed"/)
    })

    await run.test(
      'answers 503 with Retry-After and sends nothing while the circuit is open',
      async () => {
        bank.behaviour = fail(503)
        assert.deepEqual(await statuses(5, pay), Array(5).fill(502))
        const sent = await bank.countDuring(async () => {
          const { status, headers, text } = await pay()
          assert.equal(status, 503)
          assert.match(headers.get('retry-after') ?? '', /^[12]$/)
          assert.doesNotMatch(text, /bank/)
        })
        assert.equal(sent, 0)
      },
    )

    await run.test('logs the transition as data with pino', () => {
      const records = app.log
        .split('\n')
        .flatMap((line) => (line[0] === '{' ? [JSON.parse(line)] : []))
      const opening = records.find(({ newState }) => newState === 'open')
      assert.equal(opening?.circuitName, 'bank')
      assert.equal(opening?.level, 40)
      assert.equal(opening?.error.name, 'AxiosError')
      assert.match(opening?.msg, /^bank: closed -> open: failure streak 5 ≥ 5/)
    })

    await run.test('says on the health page why the circuit is open', async () => {
      const [{ state, reason }] = JSON.parse((await request(`${url}/health`)).text)
      assert.deepEqual([state, /failure streak 5 ≥ 5/.test(reason)], ['open', true])
    })

    await run.test('serves the state, the calls and the rejections at /metrics', async () => {
      const { text } = await request(`${url}/metrics`)
      assert.match(text, /circuit_breaker_state\{circuit_name="bank",state="open"\} 1/)
      assert.match(text, /calls_total\{circuit_name="bank",outcome="failure"\} 5/)
      assert.match(text, /calls_total\{circuit_name="bank",outcome="success"\} 9/)
      assert.match(text, /calls_total\{circuit_name="bank",outcome="rejected"\} 1/)
    })

    await run.test('recovers with three probes', async () => {
      bank.behaviour = answer({ id: 'c2' })
      await eventually(pay, ({ status }) => status === 201)
      assert.deepEqual(await statuses(5, pay), Array(5).fill(201))
      assert.match((await request(`${url}/health`)).text, /"name":"bank","state":"closed"/)
    })

    await run.test('opens when the bank hangs, after the timeout of the circuit', async () => {
      bank.behaviour = hang
      const started = Date.now()
      const all = await Promise.all(Array.from({ length: 5 }, pay))
      assert.deepEqual(
        all.map(({ status }) => status),
        Array(5).fill(500),
      )
      assert.ok(Date.now() - started < 4_000)
      assert.equal((await pay()).status, 503)
    })

    await run.test('queries the database with parameters and typed rows', async () => {
      database.result = { rows: ['7'] }
      assert.equal((await order()).text, '{"id":"7"}')
      database.result = { rows: [] }
      assert.equal((await order()).status, 404)
    })

    await run.test(
      'keeps the circuit closed while the database refuses the statement',
      async () => {
        database.result = { sqlState: '42601' }
        assert.deepEqual(await statuses(8, order), Array(8).fill(500))
        assert.equal((await request(`${url}/ready`)).status, 200)
      },
    )

    await run.test(
      'is not ready while the circuit of the database is open, and ready when it may probe',
      async () => {
        database.drops = true
        assert.deepEqual(await statuses(5, order), Array(5).fill(500))
        assert.equal((await request(`${url}/ready`)).status, 503)
        const before = database.queries
        assert.equal((await order()).status, 503)
        assert.equal(database.queries, before)
        // without any call: the load balancer sends none to an instance that is not ready
        await eventually(
          () => request(`${url}/ready`),
          ({ status }) => status === 200,
        )
        database.drops = false
        database.result = { rows: ['7'] }
        assert.deepEqual(await statuses(3, order), [200, 200, 200])
      },
    )

    await run.test('finishes the request under way, and exits after SIGTERM', async () => {
      await eventually(pay, ({ status }) => status !== 503)
      bank.behaviour = (received, response) =>
        setTimeout(() => answer({ id: 'last' })(received, response), 500)
      const last = pay()
      await sleep(200)
      app.signal('SIGTERM')
      assert.equal((await last).text, '{"paid":"last"}')
      const exit = await Promise.race([app.exited, sleep(7_000)])
      assert.deepEqual(exit, { code: 0, signal: null })
    })
  },
}
