import { createServer } from 'node:http'
import { failToStart, PlaygroundProcess } from '@fluxgate/testkit/playground-process'
import { expect, test } from '@playwright/test'

test.describe('the playground server', () => {
  let playground: PlaygroundProcess
  test.beforeAll(async () => {
    playground = await PlaygroundProcess.start()
  })
  test.afterAll(() => playground.stop())

  const wrongKnobs: [object | string | number | null, string][] = [
    [{ failureRate: 1.1 }, 'failureRate must be a number from 0 to 1, not 1.1'],
    [{ failureRate: '1' }, 'failureRate must be a number from 0 to 1, not "1"'],
    [{ latencyMs: -1 }, 'latencyMs must be a number from 0 to 10000, not -1'],
    [{ latencyMs: null }, 'latencyMs must be a number from 0 to 10000, not null'],
    [{ hang: 'yes' }, 'hang must be a boolean, not "yes"'],
    [{ speed: 1 }, 'unknown knob "speed"'],
    [[], 'knobs must be an object, not []'],
  ]
  for (const [data, message] of wrongKnobs) {
    test(`names the invalid knob in ${JSON.stringify(data)}`, async ({ request }) => {
      const response = await request.post(`${playground.url}services/catalog`, { data })
      expect([response.status(), await response.json()]).toEqual([400, { error: message }])
    })
  }

  test('rejects unknown services, unknown paths and invalid JSON', async ({ request }) => {
    const unknown = await request.post(`${playground.url}services/shipping`, { data: {} })
    expect(await unknown.json()).toEqual({ error: 'unknown service "shipping"' })
    expect(unknown.status()).toBe(404)
    expect((await request.get(`${playground.url}no-such-file`)).status()).toBe(404)
    const text = await request.post(`${playground.url}services/catalog`, { data: 'fast' })
    expect(text.status()).toBe(400)
  })

  test('a service fails, is slow and hangs as its knobs say', async ({ request }) => {
    const setKnobs = async (data: object) => {
      const response = await request.post(`${playground.url}services/payments`, { data })
      const services: { name: string; origin: string; received: number }[] = await response.json()
      const service = services.find(({ name }) => name === 'payments')
      if (!service) throw new Error('no payments')
      return service
    }
    const { origin, received } = await setKnobs({ latencyMs: 0 })
    expect((await request.get(origin)).status()).toBe(200)
    await setKnobs({ failureRate: 1 })
    expect((await request.get(origin)).status()).toBe(503)
    await setKnobs({ failureRate: 0, latencyMs: 400 })
    const start = performance.now()
    await request.get(origin)
    expect(performance.now() - start).toBeGreaterThan(300)
    await setKnobs({ hang: true })
    await expect(request.get(origin, { timeout: 500 })).rejects.toThrow('500ms')
    expect((await setKnobs({ hang: false })).received).toBe(received + 4)
  })

  const invalidCommands: [unknown, string][] = [
    [{ rate: 31 }, 'rate must be a number from 0 to 30, not 31'],
    [{ rate: '5' }, 'rate must be a number from 0 to 30, not "5"'],
    [{ circuit: 'shipping', transition: 'trip' }, 'unknown circuit "shipping"'],
    [
      { circuit: 'catalog', transition: 'toString' },
      'transition must be one of reset, trip, forceOpen, disable, metricsOnly, not "toString"',
    ],
    [{ transition: 'trip' }, 'circuit and transition must be given together'],
    [{ speed: 5 }, 'unknown field "speed"'],
    [[], 'the command must be an object, not []'],
  ]
  for (const [data, message] of invalidCommands) {
    test(`the backend names the error in ${JSON.stringify(data)}`, async ({ request }) => {
      const response = await request.post(`${playground.url}backend`, { data })
      expect([response.status(), await response.json()]).toEqual([400, { error: message }])
    })
  }

  test('the Slack stand-in returns the errors of Slack', async ({ request }) => {
    const post = async (token: string, form: Record<string, string>) => {
      const headers = { authorization: `Bearer ${token}` }
      return (
        await request.post(`${playground.url}slack/api/chat.postMessage`, { headers, form })
      ).json()
    }
    const token = 'xoxb-of-the-playground'
    expect(await post('xoxb-another', {})).toEqual({ ok: false, error: 'invalid_auth' })
    expect(await post(token, { channel: '#dev', text: 'hi' })).toEqual({
      ok: false,
      error: 'channel_not_found',
    })
    expect(await post(token, { channel: '#ops' })).toEqual({ ok: false, error: 'no_text' })
  })

  test('listens on loopback only', async ({ request }) => {
    const statuses: { origin: string }[] = await (
      await request.get(`${playground.url}services`)
    ).json()
    for (const { origin } of [{ origin: playground.url }, ...statuses]) {
      expect(new URL(origin).hostname).toBe('127.0.0.1')
    }
  })
})

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(`${signal} stops the server at once, even with a call in flight`, async () => {
    const playground = await PlaygroundProcess.start()
    await fetch(`${playground.url}services/catalog`, { method: 'POST', body: '{"hang":true}' })
    const services: [{ origin: string }] = await (await fetch(`${playground.url}services`)).json()
    const call = fetch(services[0].origin).catch(() => 'aborted')
    expect(await playground.stop(signal)).toBe(0)
    expect(await call).toBe('aborted')
  })
}

test('reports an invalid port and a port in use', async () => {
  const invalid = await failToStart('http')
  expect(invalid.code).toBe(1)
  expect(invalid.said).toContain(
    'PORT must be a whole number from 0 (any that is free) to 65532, not "http"',
  )
  const other = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => other.once('listening', resolve))
  const address = other.address()
  const port = typeof address === 'object' && address ? String(address.port) : ''
  const { code, said } = await failToStart(port)
  other.close()
  expect(code).toBe(1)
  expect(said).toContain(`EADDRINUSE`)
  expect(said).toContain(port)
})
