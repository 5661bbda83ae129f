import { openAsBlob } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import { FetchRig } from '@fluxgate/testkit/fetch-rig'
import { afterEach, describe, expect, inject, test, vi } from 'vitest'

const [origin] = inject('origins')
const thrownBy = (call: Promise<unknown>) => call.then(undefined, (error: unknown) => error)
const serverClosers: (() => void)[] = []

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  serverClosers.push(
    () => void server.closeAllConnections(),
    () => void server.close(),
  )
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

afterEach(() => {
  vi.unstubAllGlobals()
  for (const close of serverClosers.splice(0)) close()
})

/** A stream that errors after its first chunk. */
const failingUpload = () =>
  new ReadableStream({
    start: (stream) => stream.enqueue(new Uint8Array(3)),
    pull: (stream) => stream.error(new Error('the user left')),
  })
const usedRequest = async () => {
  const request = new Request(`${origin}/echo`, { method: 'POST', body: 'x' })
  await request.text()
  return request
}
const detachedBuffer = () => {
  const buffer = new ArrayBuffer(4)
  structuredClone(buffer, { transfer: [buffer] })
  return buffer
}
const usedStream = async () => {
  const { body } = new Response('x')
  await new Response(body).text()
  return body
}
const post = (body: unknown, more: object = {}): RequestInit => ({
  method: 'POST',
  body: body as BodyInit,
  ...more,
})

describe('a request that was never sent', () => {
  test.each<[string, () => Promise<Parameters<typeof fetch>>]>([
    ['a used body', async () => [await usedRequest()]],
    ['a used stream', async () => [`${origin}/`, post(await usedStream(), { duplex: 'half' })]],
    ['a stream without duplex', async () => [`${origin}/`, post(new ReadableStream())]],
    ['a GET with a body', async () => [`${origin}/`, { body: 'x' }]],
    ['Expect', async () => [`${origin}/`, post('x', { headers: { expect: '100-continue' } })]],
    ['Connection: upgrade', async () => [`${origin}/`, { headers: { connection: 'upgrade' } }]],
    ['Keep-Alive', async () => [`${origin}/`, { headers: { 'keep-alive': 'x' } }]],
    ['Transfer-Encoding', async () => [`${origin}/`, { headers: { 'transfer-encoding': 'x' } }]],
    [
      'a wrong Content-Length',
      async () => [`${origin}/`, post('x', { headers: { 'content-length': '7' } })],
    ],
    ['a symbol as body', async () => [`${origin}/`, post(Symbol('x'))]],
    ['a detached buffer', async () => [`${origin}/`, post(detachedBuffer())]],
    ['a bad port', async () => ['http://127.0.0.1:25/']],
    ['an unknown scheme', async () => ['app://assets/']],
    ['no AbortSignal', async () => [`${origin}/`, { signal: {} as AbortSignal }]],
    ['a Request of no known class', async () => [{ url: `${origin}/` } as Request]],
  ])('is ignored: %s', async (_, args) => {
    for (const timeoutMs of [undefined, 60_000]) {
      const fallback = vi.fn()
      const rig = new FetchRig({ fallback, timeoutMs })
      expect(await thrownBy(rig.fetch(...(await args())))).toBeInstanceOf(TypeError)
      expect(rig.outcomes).toEqual(['ignored'])
      expect(fallback).not.toHaveBeenCalled()
    }
  })

  test.each<[string, RequestInit]>([
    ['without duplex', {}],
    ['with GET', { method: 'GET', duplex: 'half' } as RequestInit],
    ['with an invalid header', { headers: { 'a b': 'x' }, duplex: 'half' } as RequestInit],
  ])('leaves a stream usable: %s', async (_, init) => {
    for (const timeoutMs of [undefined, 60_000]) {
      const body = new Response('one two').body as ReadableStream
      const rig = new FetchRig({ timeoutMs })
      expect(await thrownBy(rig.fetch(`${origin}/echo`, post(body, init)))).toBeInstanceOf(
        TypeError,
      )
      expect(rig.outcomes).toEqual(['ignored'])
      expect(body.locked).toBe(false)
      const response = await rig.fetch(`${origin}/echo`, post(body, { duplex: 'half' }))
      expect(await response.json()).toMatchObject({ body: 'one two' })
    }
  })

  test('is ignored when its init is a number', async () => {
    const rig = new FetchRig()
    expect(await thrownBy(rig.fetch(origin, 5 as RequestInit))).toBeInstanceOf(TypeError)
    expect(rig.outcomes).toEqual(['ignored'])
  })

  test('is ignored when only a page can resolve its relative URL', async () => {
    vi.stubGlobal('document', { baseURI: 'https://page.example/' }) // as jsdom
    const rig = new FetchRig()
    expect(await thrownBy(rig.fetch('/items'))).toBeInstanceOf(TypeError)
    expect(rig.outcomes).toEqual(['ignored'])
  })

  test('is ignored while the browser is offline', async () => {
    vi.stubGlobal('navigator', { onLine: false })
    const rig = new FetchRig({ fetch: () => Promise.reject(new TypeError('Failed to fetch')) })
    await thrownBy(rig.fetch('https://api.example/'))
    expect(rig.outcomes).toEqual(['ignored'])
  })

  test.each<[string, (bytes: number) => Parameters<typeof fetch>]>([
    ['text', (n) => [origin, post('é'.repeat(n / 2), { keepalive: true })]],
    ['a Blob', (n) => [origin, post(new Blob(['x'.repeat(n)]), { keepalive: true })]],
    ['a Request', (n) => [new Request(origin, post('x'.repeat(n), { keepalive: true }))]],
  ])('is ignored in a browser for keepalive over 64 KiB: %s', async (_, args) => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')))
    for (const [bytes, outcome] of [
      [65_536, 'failure'],
      [65_538, 'ignored'],
    ] as const) {
      const rig = new FetchRig()
      await thrownBy(rig.fetch(...args(bytes)))
      expect(rig.outcomes).toEqual([outcome])
    }
  })
})

describe('an upload stream that errors', () => {
  test.each<[string, (url: string) => Parameters<typeof fetch>]>([
    ['in init', (url) => [url, post(failingUpload(), { duplex: 'half' })]],
    ['of a Request', (url) => [new Request(url, post(failingUpload(), { duplex: 'half' }))]],
    [
      'an async generator',
      (url) => {
        async function* body() {
          yield 'one'
          await setImmediate()
          throw new Error('the user left')
        }
        return [url, post(body(), { duplex: 'half' })]
      },
    ],
    [
      'of Node.js',
      (url) => {
        const body = new Readable({ read: () => body.destroy(new Error('aborted')) })
        return [url, post(body, { duplex: 'half' })]
      },
    ],
  ])('is the abort of the caller: %s', async (_, args) => {
    const url = await serve((request) => void request.resume())
    for (const timeoutMs of [undefined, 60_000]) {
      const rig = new FetchRig({ timeoutMs })
      expect(await thrownBy(rig.fetch(...args(url)))).toBeInstanceOf(TypeError)
      expect(rig.outcomes).toEqual(['aborted'])
    }
  })

  test('arrives whole when it does not', async () => {
    const body = new Response('one two').body
    const rig = new FetchRig()
    const response = await rig.fetch(`${origin}/echo`, post(body, { duplex: 'half' }))
    expect(await response.json()).toMatchObject({ body: 'one two' })
  })

  test('arrives whole when it is an async generator', async () => {
    async function* body() {
      yield 'one '
      yield 'two'
    }
    const response = await new FetchRig().fetch(`${origin}/echo`, post(body(), { duplex: 'half' }))
    expect(await response.json()).toMatchObject({ body: 'one two' })
  })

  test('is the abort of the caller when a file is deleted before it is read', async () => {
    const file = join(tmpdir(), `fluxgate-${process.pid}.txt`)
    await writeFile(file, 'one')
    const blob = await openAsBlob(file)
    await rm(file)
    const rig = new FetchRig()
    expect(await thrownBy(rig.fetch(`${origin}/echo`, post(blob)))).toBeInstanceOf(TypeError)
    expect(rig.outcomes).toEqual(['aborted'])
  })

  test('is no excuse for a server that resets the connection', async () => {
    const rig = new FetchRig()
    const body = new ReadableStream({
      pull: async (stream) => {
        await setImmediate()
        stream.enqueue(new Uint8Array(9))
      },
    })
    await thrownBy(rig.fetch(`${origin}/reset`, post(body, { duplex: 'half' })))
    expect(rig.outcomes).toEqual(['failure'])
  })
})

describe('a redirect', () => {
  const redirectTo = (location: string, headers = {}) =>
    serve((request, response) => {
      if (request.url === '/end') response.end('end')
      else response.writeHead(302, { location, ...headers }).end()
    })

  test.each<[string, string, RequestInit?]>([
    ['a loop', '/loop'],
    ['redirect: error', '/end', { redirect: 'error' }],
    ['another scheme', 'ftp://files.example/'],
    ['an invalid Location', 'http://[zz'],
    ['a wrong integrity', '/end', { integrity: `sha256-${'A'.repeat(43)}=` }],
  ])('that fetch does not follow is an answer: %s', async (_, location, init) => {
    const rig = new FetchRig()
    expect(await thrownBy(rig.fetch(await redirectTo(location), init))).toBeInstanceOf(TypeError)
    expect(rig.outcomes).toEqual(['success'])
  })

  test.each([302, 307, 308])(
    'with %i that would need an upload stream again is an answer',
    async (status) => {
      const url = await serve((request, response) => {
        request.resume().on('end', () => response.writeHead(status, { location: '/end' }).end())
      })
      for (const once of [true, false]) {
        const rig = new FetchRig()
        const init = post(new Response('x').body, { duplex: 'half' })
        const call = once ? rig.fetch(url, init) : rig.fetch(new Request(url, init))
        expect(await thrownBy(call)).toBeInstanceOf(TypeError)
        expect(rig.outcomes).toEqual(['success'])
      }
    },
  )

  test('to another origin that answers 503 counts as nothing', async () => {
    const storage = `${origin}/answer?status=503&retry-after=999`
    const rig = new FetchRig({ openOnRetryAfter: true })
    expect((await rig.fetch(await redirectTo(storage))).status).toBe(503)
    expect(rig.outcomes).toEqual(['ignored'])
    expect(rig.signals).toEqual([])
  })

  test('to another origin that refuses the connection counts as nothing', async () => {
    const rig = new FetchRig()
    const to = await redirectTo('http://127.0.0.1:59997/')
    expect(await thrownBy(rig.fetch(to))).toBeInstanceOf(TypeError)
    expect(rig.outcomes).toEqual(['ignored'])
    const direct = new FetchRig()
    await thrownBy(direct.fetch('http://127.0.0.1:59997/'))
    expect(direct.outcomes).toEqual(['failure'])
  })
})
