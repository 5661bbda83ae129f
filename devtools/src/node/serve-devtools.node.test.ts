import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import { CircuitBreaker } from '@fluxgate/core'
import { devtoolsListener } from '@fluxgate/core/devtools'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { removeHook } from '../../test/page-hook.ts'
import { type DevtoolsServer, type ServeDevtoolsOptions, serveDevtools } from './index.ts'

const servers: DevtoolsServer[] = []
async function serve(options?: ServeDevtoolsOptions) {
  const server = await serveDevtools(options)
  servers.push(server)
  return server
}
beforeEach(removeHook)
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()))
})

const tokenOf = ({ url }: DevtoolsServer) => new URL(url).hash.slice(1)
const post = (server: DevtoolsServer, path: string, body: object, token = tokenOf(server)) =>
  fetch(new URL(path, server.url), {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}` },
    body: JSON.stringify(body),
  })
const readRequest = { frame: 'top', epoch: '', cursor: 0, metrics: [] }

/** The status of a GET request that `fetch` does not allow. */
const statusOf = (port: number, path: string, ...headers: string[]) =>
  new Promise<number>((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', reject)
    socket.on('data', (data) => {
      socket.destroy()
      resolve(Number(String(data).split(' ')[1]))
    })
    socket.write([`GET ${path} HTTP/1.1`, ...headers, '', ''].join('\r\n'))
  })

describe('serveDevtools', () => {
  test('answers reads with the circuits of this process', async () => {
    const breaker = new CircuitBreaker({ name: 'payments', listeners: [devtoolsListener()] })
    breaker.trip()
    const server = await serve()
    const reading = await (await post(server, '/api/read', readRequest)).json()
    expect(reading.url).toMatch(new RegExp(`^node://localhost/.*[?]pid=${process.pid}$`))
    expect(reading.answer.events).toMatchObject([
      { type: 'circuit-added', controls: false, config: { name: 'payments' } },
      { type: 'signal' },
    ])
  })

  test('runs commands only with controls: true', async () => {
    const breaker = new CircuitBreaker({ name: 'payments', listeners: [devtoolsListener()] })
    const trip = async (server: DevtoolsServer) => {
      const { epoch } = await (await post(server, '/api/read', readRequest)).json()
      const command = { circuit: '1', action: 'trip' }
      return (await post(server, '/api/command', { frame: 'top', epoch, command })).json()
    }
    expect(await trip(await serve())).toMatchObject({ ok: false })
    expect(breaker.state).toBe('closed')
    expect(await trip(await serve({ controls: true }))).toEqual({ ok: true })
    expect(breaker.state).toBe('open')
  })

  test('rejects another token, host or origin at its port', async () => {
    const server = await serve()
    const { port } = server
    expect((await post(server, '/api/read', readRequest, 'another')).status).toBe(401)
    const host = `Host: 127.0.0.1:${port}`
    const foreignHost = `Host: evil.example:${port}`
    expect(await statusOf(port, '/', host)).toBe(200)
    expect(await statusOf(port, '/', foreignHost)).toBe(421)
    expect(await statusOf(port, '/', host, foreignHost)).toBe(421)
    expect(await statusOf(port, '/')).toBe(400)
    expect(await statusOf(port, '/', host, 'Origin: http://evil.example')).toBe(403)
    expect(await statusOf(port, '/', host, 'Sec-Fetch-Site: cross-site')).toBe(403)
    expect(await statusOf(port, '/../package.json', host)).toBe(404)
    expect(await statusOf(port, '/%2e%2e/package.json', host)).toBe(404)
    expect(await statusOf(port, `http://evil.example/`, host)).toBe(404)
  })

  test('rejects a body that is too long', async () => {
    const response = post(await serve(), '/api/read', { frame: 'x'.repeat(2_000_000) })
    expect((await response).status).toBe(413)
  })

  test('listens only on the loopback interface', async () => {
    const { port } = await serve()
    const others = Object.values(networkInterfaces())
      .flatMap((addresses = []) => addresses)
      .filter(({ internal, family }) => !internal && family === 'IPv4')
    for (const { address } of others) {
      const connected = await new Promise<boolean>((resolve) => {
        const socket = connect(port, address, () => resolve(true))
        socket.on('error', () => resolve(false)).on('close', () => resolve(false))
      })
      expect(connected).toBe(false)
    }
  })

  test('has a new random token for each server', async () => {
    const tokens = [tokenOf(await serve()), tokenOf(await serve())]
    expect(new Set(tokens).size).toBe(2)
    for (const token of tokens) expect(token).toMatch(/^[\w-]{24}$/)
  })

  test('uses a given port and token', async () => {
    const { port, close } = await serve()
    await close()
    const server = await serve({ port, token: 'my-own-token-of-20-c' })
    expect(server.url).toBe(`http://127.0.0.1:${port}/#my-own-token-of-20-c`)
  })

  test('rejects when the port is in use', async () => {
    const { port } = await serve()
    await expect(serve({ port })).rejects.toThrow('EADDRINUSE')
  })

  test('throws for an invalid port or token', async () => {
    await expect(serve({ port: 70_000 })).rejects.toThrow(
      new RangeError('port must be an integer from 0 to 65,535, got 70000'),
    )
    await expect(serve({ port: 1.5 })).rejects.toThrow(RangeError)
    await expect(serve({ token: 'short' })).rejects.toThrow(RangeError)
    await expect(serve({ token: 'with spaces and #, 20 long' })).rejects.toThrow(/A–Z/)
  })

  test.for([
    [null, 'serveDevtools: options must be an object'],
    ['my-own-token-of-20-c', 'serveDevtools: options must be an object'],
    [{ host: '0.0.0.0' }, 'each option must be one of port, token, controls, got "host"'],
    [{ controls: 'false' }, 'controls must be a boolean, got "false"'],
    [{ port: '80' }, 'port must be an integer from 0 to 65,535, got "80"'],
    [{ token: 1_234_567_890_123_456 }, 'token must have 16 to 200 characters'],
  ] as const)('refuses %j', async ([options, message]) => {
    const served = Reflect.apply(serve, undefined, [options])
    await expect(served).rejects.toThrow(message)
    await expect(served).rejects.not.toThrow(/my-own|1234/)
  })

  test('refuses connections after close()', async () => {
    const server = await serve()
    await post(server, '/api/read', readRequest)
    await server.close()
    await expect(post(server, '/api/read', readRequest)).rejects.toThrow()
  })
})
