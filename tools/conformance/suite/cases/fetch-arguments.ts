import { SubjectFetchRig } from '@fluxgate/testkit/subject-fetch-rig'
import { rejection } from '@fluxgate/testkit/thrown'
import { assert } from 'chai'
import { cases } from '../conformance-case.ts'

type Args = Parameters<typeof fetch>

/** A fetch that answers 200 and records its arguments. */
function keeping() {
  const sent: Args[] = []
  const fetch = async (...args: Args) => {
    sent.push(args)
    return new Response('ok')
  }
  return { sent, fetch }
}

const requestOf = (args: Args | undefined) => args?.[0] as Request

export const fetchArgumentCases = cases('6. fetch', {
  'the guarded fetch passes its arguments to fetch unchanged': async (s) => {
    const { sent, fetch } = keeping()
    const rig = new SubjectFetchRig(s, { fetch })
    const url = 'https://api.example/items'
    const request = new Request(url, { method: 'POST', body: 'x' })
    const init = { method: 'PUT', body: 'y' }
    const all: Args[] = [[url], [new URL(url)], [request], [url, init]]
    for (const args of all) await rig.fetch(...args)
    assert.strictEqual(sent.length, 4)
    sent.forEach((args, at) => {
      assert.strictEqual(args[0], all[at]?.[0])
      assert.strictEqual(args[1], all[at]?.[1])
    })
    assert.isFalse(request.bodyUsed)
  },
  'each origin has its own circuit by default': async (s) => {
    const rig = new SubjectFetchRig(s, { fetch: keeping().fetch })
    await rig.fetch('https://api.example/a')
    await rig.fetch(new URL('HTTPS://API.example:443/b?c'))
    await rig.fetch(new Request('https://api.example:8443/a'))
    await rig.fetch('http://api.example/')
    assert.deepEqual(rig.circuitNames.sort(), [
      'http://api.example',
      'https://api.example',
      'https://api.example:8443',
    ])
  },
  'a local URL is not guarded': async (s) => {
    const { sent, fetch } = keeping()
    const rig = new SubjectFetchRig(s, { fetch, key: () => assert.fail('key was called') })
    for (const url of ['data:text/plain,hello', 'about:blank', 'file:///a', 'BLOB:https://a/b'])
      await rig.fetch(url)
    assert.strictEqual(sent.length, 4)
    assert.deepEqual(rig.circuitNames, [])
  },
  'a custom scheme has scheme and host as circuit name': async (s) => {
    const rig = new SubjectFetchRig(s, { fetch: keeping().fetch })
    await rig.fetch('app://assets/a?b')
    await rig.fetch('app:c')
    assert.deepEqual(rig.circuitNames, ['app://assets', 'app:'])
  },
  'an open circuit of one origin does not affect another': async (s) => {
    const rig = new SubjectFetchRig(s, {
      fetch: async (input) =>
        new Response(null, { status: String(input).includes('down') ? 500 : 200 }),
    })
    await rig.fetch('https://down.example/')
    assert.isTrue(s.core.isCallNotPermitted(await rejection(rig.fetch('https://down.example/'))))
    assert.strictEqual((await rig.fetch('https://up.example/')).status, 200)
  },
  'key names the circuit from URL, method and headers': async (s) => {
    const seen: string[] = []
    const rig = new SubjectFetchRig(s, {
      fetch: keeping().fetch,
      key: (request) => {
        seen.push(`${request.method} ${request.url} ${request.headers.get('x-tenant')}`)
        return request.headers.get('x-tenant') ?? 'unknown'
      },
    })
    await rig.fetch('https://api.example/a', { headers: { 'x-tenant': 'one' }, method: 'DELETE' })
    await rig.fetch(new Request('https://api.example/b', { headers: { 'x-tenant': 'two' } }))
    assert.deepEqual(seen, ['DELETE https://api.example/a one', 'GET https://api.example/b two'])
    assert.deepEqual(rig.circuitNames, ['one', 'two'])
  },
  'key receives the caller’s Request and does not read its body': async (s) => {
    const { sent, fetch } = keeping()
    const seen: Request[] = []
    const key = (request: Request) => {
      seen.push(request)
      return request.url
    }
    const rig = new SubjectFetchRig(s, { fetch, key })
    const request = new Request('https://api.example/', { method: 'POST', body: 'the body' })
    await rig.fetch(request)
    assert.strictEqual(seen[0], request)
    assert.isFalse(request.bodyUsed)
    assert.strictEqual(await requestOf(sent[0]).text(), 'the body')
  },
  'arguments that make no Request go to fetch, and key is not called': async (s) => {
    const { sent, fetch } = keeping()
    const rig = new SubjectFetchRig(s, { fetch, key: () => assert.fail('key was called') })
    await rig.fetch('https://api.example/', { headers: { 'a name': 'no header' } })
    assert.strictEqual(sent.length, 1)
    assert.deepEqual(rig.circuitNames, [])
  },
  'a key that throws or is not a name falls back to the origin and calls onError': async (s) => {
    const keys = [
      () => '',
      () => undefined,
      () => 5,
      () => Promise.reject(new Error('late')),
      () => {
        throw new Error('no tenant')
      },
    ]
    for (const key of keys) {
      const sources: string[] = []
      const onError = (_: unknown, { source }: { source: string }) => void sources.push(source)
      const rig = new SubjectFetchRig(s, {
        fetch: keeping().fetch,
        key: key as () => string,
        defaults: { onError },
      })
      assert.strictEqual((await rig.fetch('https://api.example/')).status, 200)
      assert.deepEqual(rig.circuitNames, ['https://api.example'])
      assert.deepEqual(sources, ['key'])
    }
  },
  'the signal of init precedes that of the Request': async (s) => {
    const byInit = new AbortController()
    const byRequest = new AbortController()
    const url = 'https://api.example/'
    const request = new Request(url, { signal: byRequest.signal })
    const rig = new SubjectFetchRig(s, { fetch: () => new Promise(() => {}) })
    const first = rig.fetch(request)
    const second = rig.fetch(request, { signal: byInit.signal })
    byRequest.abort(new Error('by request'))
    assert.strictEqual(String(await rejection(first)), 'Error: by request')
    byInit.abort(new Error('by init'))
    assert.strictEqual(String(await rejection(second)), 'Error: by init')
    assert.deepEqual(rig.outcomes, ['aborted', 'aborted'])
  },
  'with a time limit the request gets a signal and keeps its other properties': async (s) => {
    const { sent, fetch } = keeping()
    const rig = new SubjectFetchRig(s, { fetch, defaults: { timeoutMs: 60_000 } })
    await rig.fetch('https://api.example/', { method: 'PUT', headers: { 'x-a': '1' } })
    await rig.fetch(new Request('https://api.example/', { method: 'POST', body: 'b' }))
    assert.deepInclude(sent[0]?.[1], { method: 'PUT', headers: { 'x-a': '1' } })
    assert.instanceOf(sent[0]?.[1]?.signal, AbortSignal)
    assert.instanceOf(sent[1]?.[1]?.signal, AbortSignal)
    assert.strictEqual(requestOf(sent[1]).method, 'POST')
  },
  'an invalid URL goes to fetch and creates no circuit': async (s) => {
    const refusal = new TypeError('Invalid URL')
    const rig = new SubjectFetchRig(s, { fetch: () => Promise.reject(refusal) })
    assert.strictEqual(await rejection(rig.fetch('http://')), refusal)
    assert.deepEqual(rig.circuitNames, [])
  },
  'createFetch looks up the global fetch at each call': async (s) => {
    const original = globalThis.fetch
    const { sent, fetch } = keeping()
    const guarded = s.fetch.createFetch()
    globalThis.fetch = fetch
    try {
      await guarded('https://api.example/')
    } finally {
      globalThis.fetch = original
    }
    assert.strictEqual(sent.length, 1)
  },
  'createFetch creates a registry from defaults': async (s) => {
    const names: string[] = []
    const guarded = s.fetch.createFetch({
      fetch: keeping().fetch,
      defaults: { listeners: [{ onAttach: ({ name }) => void names.push(name) }] },
    })
    await guarded('https://a.example/')
    await guarded('https://b.example/')
    await guarded('https://a.example/')
    assert.deepEqual(names, ['https://a.example', 'https://b.example'])
  },
})
