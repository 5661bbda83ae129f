import assert from 'node:assert/strict'
import { eventually, postJson, request, statuses } from '../http.ts'
import type { Stack } from '../stack.ts'
import { answer, fail, Service } from '../stub-services/service.ts'

export const nest: Stack = {
  name: 'nest',
  packages: ['@nestjs/core', '@nestjs/axios', 'jest', 'ts-jest'],
  ci: true,
  async run(run) {
    await run.scripts('types', 'test', 'build')
    const bank = await Service.start(run, answer({ id: 'c1' }))
    const stock = await Service.start(run, answer({ count: 3 }))
    const env = { BANK_URL: bank.url, STOCK_URL: stock.url }
    const { app, url } = await run.start('node', ['dist/main.js'], { env, readyPath: '/health' })
    const pay = () => postJson(`${url}/payments`, { amount: 5 })
    const count = () => request(`${url}/stock/apple`)

    await run.test('calls through the legacy decorator and the injected HttpService', async () => {
      const { status, text } = await pay()
      assert.deepEqual([status, text], [201, '{"paid":"c1"}'])
      assert.equal(bank.requests[0]?.body, '{"amount":5}')
    })

    await run.test('answers 503 with Retry-After through the exception filter', async () => {
      bank.behaviour = fail(503)
      assert.deepEqual(await statuses(3, pay), [500, 500, 500])
      const sent = await bank.countDuring(async () => {
        const { status, headers, text } = await pay()
        assert.deepEqual([status, text], [503, '{"statusCode":503,"message":"try again later"}'])
        assert.match(headers.get('retry-after') ?? '', /^[12]$/)
      })
      assert.equal(sent, 0)
    })

    await run.test("logs the transition with Nest's logger", () => {
      assert.match(app.log, /\[circuits\].*bank: closed -> open: failure streak 3 ≥ 3/)
    })

    await run.test('guards a fetch with the injected registry', async () => {
      assert.equal((await count()).text, '{"item":"apple","count":3}')
      stock.behaviour = fail(500)
      assert.deepEqual(await statuses(4, count), [502, 502, 502, 503])
      const health = JSON.parse((await request(`${url}/health`)).text)
      assert.deepEqual(health, [
        { name: 'bank', state: 'open' },
        { name: 'stock', state: 'open' },
      ])
    })

    await run.test('leaves other errors to Nest', async () => {
      assert.equal((await request(`${url}/nothing`)).status, 404)
    })

    await run.test('recovers with three probes', async () => {
      bank.behaviour = answer({ id: 'c2' })
      await eventually(pay, ({ status }) => status === 201)
      assert.deepEqual(await statuses(3, pay), [201, 201, 201])
      assert.match((await request(`${url}/health`)).text, /"bank","state":"closed"/)
    })
  },
}
