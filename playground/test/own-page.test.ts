import { request } from 'node:http'
import { resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { PlaygroundServer } from '../server/playground-server.ts'

const server = new PlaygroundServer(resolve(import.meta.dirname, '../public'))
let url: URL

beforeAll(async () => {
  url = new URL(await server.listen(0))
})
afterAll(() => server.close())

/** The status of a request with these headers, which fetch would not send. */
function statusOf(method: string, path: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = url
    const sent = request({ hostname, port, method, path, headers }, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    sent.on('error', reject)
    sent.end(method === 'POST' ? '{}' : undefined)
  })
}

test.each<[string, (host: string) => Record<string, string>]>([
  ['a program', () => ({})],
  ['its page', (host) => ({ origin: `http://${host}`, 'sec-fetch-site': 'same-origin' })],
  [
    'its page under the name localhost',
    (host) => ({ host: host.replace('127.0.0.1', 'localhost') }),
  ],
])('accepts a command from %s', async (_, headers) => {
  expect(await statusOf('POST', '/services/catalog', headers(url.host))).toBe(200)
})

test.each<[string, Record<string, string>]>([
  ['another site', { 'sec-fetch-site': 'cross-site' }],
  ['another port of this machine', { 'sec-fetch-site': 'same-site' }],
  ['another origin, in a browser without Fetch Metadata', { origin: 'https://evil.example' }],
  ['a frame without an origin', { origin: 'null' }],
  ['a foreign host name', { host: 'evil.example' }],
  ['a host name that only begins like a local one', { host: '127.0.0.1.evil.example' }],
])('rejects a command from %s', async (_, headers) => {
  for (const path of ['/services/catalog', '/backend', '/slack/api/chat.postMessage']) {
    expect(await statusOf('POST', path, headers)).toBe(403)
  }
})

test('rejects a foreign host name also for what it only reads', async () => {
  expect(await statusOf('GET', '/services', { host: 'evil.example' })).toBe(403)
  expect(await statusOf('GET', '/services', { 'sec-fetch-site': 'cross-site' })).toBe(200)
})
