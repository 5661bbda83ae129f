import { describe, expect, test, vi } from 'vitest'
import type { FrameClient } from '../transports/frame-client.ts'
import { topFrame } from '../transports/transport.ts'
import type { DevtoolsRequest } from './request-guard.ts'
import { requestHandler } from './request-handler.ts'

const token = 'the-token-of-this-server'
const content = new TextEncoder().encode('<!doctype html>')

function server() {
  const client = {
    read: vi.fn<FrameClient['read']>(async () => '{"answer":1}'),
    command: vi.fn<FrameClient['command']>(async () => '{"ok":true}'),
  }
  const handle = requestHandler({
    token,
    clients: new Map([[topFrame, client]]),
    files: new Map([['/', { type: 'text/html', content }]]),
  })
  return { client, handle }
}

const read: DevtoolsRequest = {
  method: 'POST',
  path: '/api/read',
  headers: { host: '127.0.0.1:7000', authorization: `Bearer ${token}` },
  body: JSON.stringify({ frame: 'top', epoch: 'e', cursor: 0, metrics: [] }),
}
const command: DevtoolsRequest = {
  ...read,
  path: '/api/command',
  body: JSON.stringify({
    frame: 'top',
    epoch: 'e',
    command: { circuit: '1', action: 'trip', other: 1 },
  }),
}
const page: DevtoolsRequest = { ...read, method: 'GET', path: '/', body: '' }

const withHeaders = (request: DevtoolsRequest, headers: DevtoolsRequest['headers']) => ({
  ...request,
  headers: { ...request.headers, ...headers },
})

const foreign: [string, number, DevtoolsRequest['headers']][] = [
  ['another host name, as after DNS rebinding', 421, { host: 'evil.example:7000' }],
  ['a host name that begins like localhost', 421, { host: 'localhost.evil.example' }],
  ['a host name that ends like localhost', 421, { host: 'evil-127.0.0.1:7000' }],
  ['another address of this machine', 421, { host: '192.168.1.5:7000' }],
  ['two hosts', 421, { host: '127.0.0.1:7000, evil.example' }],
  ['no host', 421, { host: undefined }],
  ['another origin', 403, { origin: 'https://evil.example' }],
  ['the origin of another port', 403, { origin: 'http://127.0.0.1:3000' }],
  ['the origin of another local name', 403, { origin: 'http://localhost:7000' }],
  ['an opaque origin', 403, { origin: 'null' }],
  ['Sec-Fetch-Site: cross-site', 403, { 'sec-fetch-site': 'cross-site' }],
  ['Sec-Fetch-Site: same-site', 403, { 'sec-fetch-site': 'same-site' }],
]

describe.each([
  ['a read', read],
  ['a command', command],
  ['the page', page],
  ['a preflight', { ...read, method: 'OPTIONS' }],
])('%s', (_what, request) => {
  test.each(foreign)('with %s is rejected with %i', async (_reason, status, headers) => {
    const { client, handle } = server()
    const response = await handle(withHeaders(request, headers))
    expect(response.status).toBe(status)
    expect(Object.keys(response.headers).join()).not.toMatch(/access-control/i)
    expect(client.read).not.toHaveBeenCalled()
    expect(client.command).not.toHaveBeenCalled()
  })
})

describe.each([
  ['a read', read],
  ['a command', command],
  ['the list of frames', { ...read, path: '/api/frames' }],
  ['an OPTIONS request', { ...read, method: 'OPTIONS' }],
])('%s', (_what, request) => {
  test.each([
    ['without a token', undefined],
    ['with an empty token', 'Bearer '],
    ['with a part of the token', `Bearer ${token.slice(0, -1)}`],
    ['with a longer token', `Bearer ${token}x`],
    ['with the bare token', token],
    ['with another scheme', `Basic ${token}`],
  ])('%s is rejected with 401', async (_how, authorization) => {
    const { client, handle } = server()
    const response = await handle(withHeaders(request, { authorization }))
    expect(response.status).toBe(401)
    expect(response.body).not.toContain(token)
    expect(client.read).not.toHaveBeenCalled()
    expect(client.command).not.toHaveBeenCalled()
  })

  test('with the token in the query instead of the header is rejected with 401', async () => {
    const { handle } = server()
    const path = `${request.path}?token=${token}`
    const { status } = await handle(withHeaders({ ...request, path }, { authorization: undefined }))
    expect(status).toBe(401)
  })
})

test.each([
  '/../package.json',
  '/%2e%2e/package.json',
  '/..%2fpackage.json',
  '/./',
  '//',
  '/\\..\\package.json',
  '/index.html',
  'http://127.0.0.1:7000/',
  '*',
  '',
  '/__proto__',
  '/api/other',
])('the path %j is answered with 404', async (path) => {
  const { handle } = server()
  expect((await handle({ ...page, path })).status).toBe(404)
})

test.each([
  ['a read with GET', { ...read, method: 'GET' }],
  ['the page with POST', { ...page, method: 'POST' }],
])('%s is answered with 405', async (_what, request) => {
  const { handle } = server()
  expect((await handle(request)).status).toBe(405)
})

const malformed: [string, string, unknown][] = [
  ['no JSON', '/api/read', '{'],
  ['null', '/api/read', null],
  ['a list', '/api/read', []],
  ['no frame', '/api/read', { epoch: '', cursor: 0, metrics: [] }],
  ['a cursor that is a text', '/api/read', { frame: 'top', epoch: '', cursor: '0', metrics: [] }],
  ['metrics of numbers', '/api/read', { frame: 'top', epoch: '', cursor: 0, metrics: [1] }],
  ['no command', '/api/command', { frame: 'top', epoch: '' }],
  ['a command that is null', '/api/command', { frame: 'top', epoch: '', command: null }],
  [
    'an unknown action',
    '/api/command',
    { frame: 'top', epoch: '', command: { circuit: '1', action: 'constructor' } },
  ],
]
test.each(malformed)('a body with %s is answered with 400', async (_what, path, value) => {
  const { client, handle } = server()
  const body = value === '{' ? '{' : JSON.stringify(value)
  expect((await handle({ ...read, path, body })).status).toBe(400)
  expect(client.read).not.toHaveBeenCalled()
  expect(client.command).not.toHaveBeenCalled()
})

test.each(['127.0.0.1:7000', 'localhost:7000', '[::1]:7000', 'localhost'])(
  'a read of the page at %s is answered',
  async (host) => {
    const { client, handle } = server()
    const headers = { host, origin: `http://${host}`, 'sec-fetch-site': 'same-origin' }
    const response = await handle(withHeaders(read, headers))
    expect(response).toMatchObject({ status: 200, body: '{"answer":1}' })
    expect(client.read).toHaveBeenCalledExactlyOnceWith({ epoch: 'e', cursor: 0, metrics: [] })
  },
)

test('forwards only the known members of a command', async () => {
  const { client, handle } = server()
  expect(await handle(command)).toMatchObject({ status: 200, body: '{"ok":true}' })
  expect(client.command).toHaveBeenCalledExactlyOnceWith('e', { circuit: '1', action: 'trip' })
})

test('a read of an unknown frame is answered as absent', async () => {
  const { handle } = server()
  const body = JSON.stringify({ frame: '__proto__', epoch: '', cursor: 0, metrics: [] })
  expect(await handle({ ...read, body })).toMatchObject({ status: 200, body: 'absent' })
})

test('serves the page without a token, and allows it to load only from this server', async () => {
  const { handle } = server()
  const response = await handle(withHeaders(page, { authorization: undefined }))
  expect(response).toMatchObject({ status: 200, body: content })
  expect(JSON.stringify(response)).not.toContain(token)
  expect(response.headers).toMatchObject({
    'Cache-Control': 'no-store',
    'Content-Security-Policy': expect.stringMatching(/^default-src 'none'; /),
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
  })
  expect(response.headers['Content-Security-Policy']).toContain("frame-ancestors 'none'")
  expect(response.headers['Content-Security-Policy']).not.toMatch(/unsafe|\*|https?:/)
})
