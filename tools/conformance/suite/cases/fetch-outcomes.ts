import { SubjectFetchRig } from '@fluxgate/testkit/subject-fetch-rig'
import { rejection } from '@fluxgate/testkit/thrown'
import { assert } from 'chai'
import { cases } from '../conformance-case.ts'

const url = 'https://api.example/items'
const circuitName = 'https://api.example'

/** A response as after a redirect to `to`. */
function redirected(to: string, init: ResponseInit): Response {
  const response = new Response(null, init)
  Object.defineProperties(response, { url: { value: to }, redirected: { value: true } })
  return response
}

const failing = (error: unknown) => () => Promise.reject(error)

export const fetchOutcomeCases = cases('6. fetch', {
  'a failure after a redirect to another origin is not recorded': async (s) => {
    const response = redirected('https://storage.example/zip', {
      status: 503,
      headers: { 'retry-after': '999999' },
    })
    const rig = new SubjectFetchRig(s, { fetch: async () => response, openOnRetryAfter: true })
    for (let i = 0; i < 5; i++) assert.strictEqual(await rig.fetch(url), response)
    assert.deepEqual(new Set(rig.outcomes), new Set(['ignored']))
    assert.deepEqual(rig.signals, [])
  },
  'a failure after a redirect within the origin is a failure': async (s) => {
    const response = redirected('https://api.example/other', { status: 503 })
    const rig = new SubjectFetchRig(s, { fetch: async () => response })
    await rig.fetch(url)
    assert.deepEqual(rig.outcomes, ['failure'])
  },
  'a success after a redirect to another origin is a success': async (s) => {
    const response = redirected('https://storage.example/zip', { status: 200 })
    const rig = new SubjectFetchRig(s, { fetch: async () => response })
    await rig.fetch(url)
    assert.deepEqual(rig.outcomes, ['success'])
  },
  'Response.error() is a failure': async (s) => {
    const rig = new SubjectFetchRig(s, { fetch: async () => Response.error() })
    assert.strictEqual((await rig.fetch(url)).type, 'error')
    assert.deepEqual(rig.outcomes, ['failure'])
  },
  'isFailure replaces the statuses': async (s) => {
    const statuses = [503, 404]
    const rig = new SubjectFetchRig(s, {
      fetch: async () => new Response(null, { status: statuses.shift() ?? 200 }),
      isFailure: ({ status }) => status === 404,
    })
    assert.strictEqual((await rig.fetch(url)).status, 503)
    assert.strictEqual((await rig.fetch(url)).status, 404)
    assert.deepEqual(rig.outcomes, ['success', 'failure'])
  },
  'isFailure that throws or returns a promise uses the statuses and calls onError': async (s) => {
    const wrong: (() => unknown)[] = [
      () => Promise.reject(new Error('late')),
      () => assert.fail('broken'),
    ]
    for (const isFailure of wrong) {
      const sources: string[] = []
      const rig = new SubjectFetchRig(s, {
        fetch: async () => new Response(null, { status: 503 }),
        isFailure: isFailure as () => boolean,
        defaults: { onError: (_, { source }) => void sources.push(source) },
      })
      await rig.fetch(url)
      assert.deepEqual(rig.outcomes, ['failure'])
      assert.deepEqual(sources, ['tracker'])
    }
  },
  'a tracker adds failures and hides none': async (s) => {
    const results = [
      async () => new Response(null, { status: 503 }),
      failing(new TypeError('down')),
      async () => new Response(null, { status: 404 }),
      () => new Promise<Response>(() => {}),
    ]
    const rig = new SubjectFetchRig(s, {
      fetch: () => (results.shift() ?? failing(new Error()))(),
      timeoutMs: 5,
      defaults: {
        tracker: s.core
          .errorNamed('Other')
          .or(s.core.resultWhere<Response>(({ status }) => status === 404)),
        tripper: s.core.failureStreak(9),
      },
    })
    await rig.fetch(url)
    await rejection(rig.fetch(url))
    await rig.fetch(url)
    const hanging = rejection(rig.fetch(url))
    rig.clock.advance(5)
    await hanging
    assert.deepEqual(rig.outcomes, ['failure', 'failure', 'failure', 'failure'])
  },
  'the option ignore prevails over the statuses': async (s) => {
    const rig = new SubjectFetchRig(s, {
      fetch: async () => new Response(null, { status: 503 }),
      defaults: { ignore: s.core.errorNamed('HttpStatusError') },
    })
    await rig.fetch(url)
    assert.deepEqual(rig.outcomes, ['ignored'])
  },
  'an error of a fetch of the user’s own is a failure, also with bad arguments': async (s) => {
    const rig = new SubjectFetchRig(s, { fetch: failing(new TypeError('ECONNREFUSED')) })
    await rejection(rig.fetch(url, { method: 'GET', body: '{}' }))
    assert.deepEqual(rig.outcomes, ['failure'])
  },
  'an error that carries the status of an answer is a success': async (s) => {
    const error = Object.assign(new Error('not found'), { status: 404 })
    const rig = new SubjectFetchRig(s, { fetch: failing(error) })
    assert.strictEqual(await rejection(rig.fetch(url)), error)
    assert.deepEqual(rig.outcomes, ['success'])
  },
  'a rejection and an abort of a fetch of the user’s own are not recorded': async (s) => {
    const breaker = new s.core.CircuitBreaker({ name: 'inner' })
    breaker.forceOpen()
    const abort = Object.assign(new Error('aborted'), { name: 'AbortError' })
    for (const fetch of [() => breaker.call(() => new Response()), failing(abort)]) {
      const rig = new SubjectFetchRig(s, { fetch })
      await rejection(rig.fetch(url))
      assert.deepEqual(rig.outcomes, ['ignored'])
    }
  },
  'what undici refuses at dispatch was never sent': async (s) => {
    const codes = ['INVALID_ARG', 'NOT_SUPPORTED', 'REQ_CONTENT_LENGTH_MISMATCH']
    for (const code of codes) {
      const cause = Object.assign(new Error('refused'), { code: `UND_ERR_${code}` })
      const error = new TypeError('fetch failed', { cause })
      const rig = new SubjectFetchRig(s, { fetch: failing(error) })
      assert.strictEqual(await rejection(rig.fetch(url)), error)
      assert.deepEqual(rig.outcomes, ['ignored'])
    }
  },
  'a redirect that fetch does not follow is an answer': async (s) => {
    const messages = ['redirect count exceeded', 'unexpected redirect', 'integrity mismatch']
    for (const message of messages) {
      const error = new TypeError('fetch failed', { cause: new Error(message) })
      const rig = new SubjectFetchRig(s, { fetch: failing(error) })
      assert.strictEqual(await rejection(rig.fetch(url)), error)
      assert.deepEqual(rig.outcomes, ['success'])
    }
  },
  'timeoutMs may be a function of the request': async (s) => {
    const onError: string[] = []
    const rig = new SubjectFetchRig(s, {
      fetch: () => new Promise(() => {}),
      timeoutMs: ({ method }) => (method === 'PUT' ? 100 : method === 'GET' ? undefined : -1),
      defaults: { timeoutMs: 10, onError: (_, { source }) => void onError.push(source) },
    })
    for (const [method, timeoutMs] of [
      ['PUT', 100],
      ['GET', 10],
      ['POST', 10],
    ] as const) {
      const error = rejection(rig.fetch(url, { method }))
      rig.clock.advance(timeoutMs)
      assert.deepInclude((await error) as object, { name: 'TimeoutError', timeoutMs })
      rig.registry.get(circuitName).reset()
    }
    assert.deepEqual(onError, ['timeoutMs'])
  },
  'inherited members of init reach fetch with a time limit': async (s) => {
    const sent: (RequestInit | undefined)[] = []
    class Init {
      get method() {
        return 'PUT'
      }
    }
    const rig = new SubjectFetchRig(s, {
      timeoutMs: 50,
      fetch: async (_, init) => {
        sent.push(init)
        return new Response()
      },
    })
    await rig.fetch(url, new Init())
    await rig.fetch(url, Object.create({ method: 'PUT' }))
    for (const init of sent) {
      assert.strictEqual(init?.method, 'PUT')
      assert.isTrue(init?.signal instanceof AbortSignal)
    }
  },
  'a Request with a null signal is sent': async (s) => {
    const request = { url, method: 'GET', headers: new Headers(), signal: null }
    const rig = new SubjectFetchRig(s, { fetch: async () => new Response() })
    assert.strictEqual((await rig.fetch(request as object as Request)).status, 200)
  },
  'openOnRetryAfter opens at once on a 429 or 503 that carries one': async (s) => {
    for (const [status, header, state] of [
      [429, '60', 'open'],
      [503, '60', 'open'],
      [503, '0', 'closed'],
      [500, '60', 'closed'],
    ] as const) {
      const headers = { 'retry-after': header }
      const rig = new SubjectFetchRig(s, {
        fetch: async () => new Response(null, { status, headers }),
        openOnRetryAfter: true,
        defaults: { tripper: s.core.failureStreak(9) },
      })
      await rig.fetch(url)
      assert.strictEqual(rig.registry.get(circuitName).state, state)
    }
  },
})
