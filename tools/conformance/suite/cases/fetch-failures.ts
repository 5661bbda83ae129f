import type { CallNotPermittedError } from '@fluxgate/core'
import { SubjectFetchRig } from '@fluxgate/testkit/subject-fetch-rig'
import { rejection } from '@fluxgate/testkit/thrown'
import { assert } from 'chai'
import { type ConformanceCase, cases, table } from '../conformance-case.ts'

const url = 'https://api.example/items'

interface Row {
  status: number
  failure: boolean
}

const statuses: Row[] = [
  ...[200, 201, 204, 301, 304, 400, 401, 404, 408, 428, 499].map((status) => ({
    status,
    failure: false,
  })),
  ...[429, 500, 501, 502, 503, 504, 599].map((status) => ({ status, failure: true })),
]

const statusCases = table(
  '6. fetch',
  statuses,
  ({ status, failure }) =>
    `status ${status} is a ${failure ? 'failure' : 'success'}, and is returned`,
  async ({ status, failure }, subject) => {
    const rig = new SubjectFetchRig(subject, { fetch: async () => new Response(null, { status }) })
    const response = await rig.fetch(url)
    assert.strictEqual(response.status, status)
    assert.deepEqual(rig.outcomes, [failure ? 'failure' : 'success'])
    assert.strictEqual(rig.registry.get('https://api.example').state, failure ? 'open' : 'closed')
  },
)

const failureCases = cases('6. fetch', {
  'the caller receives the response with an unread body': async (s) => {
    for (const status of [200, 500]) {
      const received = new Response('the body', { status, headers: { 'x-id': '7' } })
      const rig = new SubjectFetchRig(s, { fetch: async () => received })
      const response = await rig.fetch(url)
      assert.strictEqual(response, received)
      assert.isFalse(response.bodyUsed)
      assert.strictEqual(await response.text(), 'the body')
    }
  },
  'a network error is a failure that the caller receives unchanged': async (s) => {
    const error = new TypeError('fetch failed')
    const rig = new SubjectFetchRig(s, { fetch: () => Promise.reject(error) })
    assert.strictEqual(await rejection(rig.fetch(url)), error)
    assert.deepEqual(rig.outcomes, ['failure'])
  },
  'a timeout is a failure, and aborts the request': async (s) => {
    let received: AbortSignal | null | undefined
    const rig = new SubjectFetchRig(s, {
      defaults: { timeoutMs: 5 },
      fetch: (_, init) => {
        received = init?.signal
        return new Promise(() => {})
      },
    })
    const request = rig.fetch(url)
    rig.clock.advance(5)
    assert.instanceOf(await rejection(request), s.core.TimeoutError)
    assert.isTrue(received?.aborted)
    assert.deepEqual(rig.outcomes, ['failure'])
  },
  'an open circuit sends no request and rejects with the cause': async (s) => {
    let sent = 0
    const rig = new SubjectFetchRig(s, {
      fetch: async () => {
        sent++
        return new Response(null, { status: 502 })
      },
    })
    await rig.fetch(url)
    const error = (await rejection(rig.fetch(url))) as CallNotPermittedError
    assert.isTrue(s.core.isCallNotPermitted(error))
    assert.strictEqual(error.circuitName, 'https://api.example')
    assert.strictEqual(sent, 1)
    assert.deepInclude(error.cause, { name: 'HttpStatusError', status: 502 })
  },
  'HttpStatusError shows status, method and origin only': async (s) => {
    const rig = new SubjectFetchRig(s, { fetch: async () => new Response(null, { status: 500 }) })
    await rig.fetch('https://api.example/hunter2/b?token=hunter2#hunter2', { method: 'put' })
    const [event] = rig.events
    assert.strictEqual(
      String(event?.error),
      'HttpStatusError: status 500 from PUT https://api.example',
    )
    assert.notInclude(JSON.stringify(event?.error), 'hunter2')
  },
  'an abort by the caller is not recorded': async (s) => {
    const rig = new SubjectFetchRig(s, { fetch: () => new Promise(() => {}) })
    const controller = new AbortController()
    const reason = new Error('left the page')
    const promise = rig.fetch(url, { signal: controller.signal })
    controller.abort(reason)
    assert.strictEqual(await rejection(promise), reason)
    assert.deepEqual(rig.outcomes, ['aborted'])
    assert.strictEqual(rig.registry.get('https://api.example').snapshot().metrics.total, 0)
  },
  'an aborted signal sends no request': async (s) => {
    let sent = 0
    const rig = new SubjectFetchRig(s, {
      fetch: async () => {
        sent++
        return new Response()
      },
    })
    const reason = new Error('before')
    assert.strictEqual(
      await rejection(rig.fetch(url, { signal: AbortSignal.abort(reason) })),
      reason,
    )
    assert.strictEqual(sent, 0)
  },
  'the caller can abort while the body is read, also with a time limit': async (s) => {
    for (const status of [200, 500]) {
      let received: AbortSignal | null | undefined
      const rig = new SubjectFetchRig(s, {
        defaults: { timeoutMs: 60_000 },
        fetch: async (_, init) => {
          received = init?.signal
          return new Response(new ReadableStream(), { status })
        },
      })
      const controller = new AbortController()
      const response = await rig.fetch(url, { signal: controller.signal })
      assert.isFalse(received?.aborted)
      controller.abort(new Error('enough'))
      assert.isTrue(received?.aborted, `status ${status}`)
      assert.strictEqual(response.status, status)
    }
  },
  'a rejection without an error is a failure': async (s) => {
    const rig = new SubjectFetchRig(s, { fetch: () => Promise.reject() })
    assert.isUndefined(await rejection(rig.fetch(url)))
    assert.deepEqual(rig.outcomes, ['failure'])
  },
})

const fallbackCases = cases('6. fetch', {
  'a fallback runs for a rejection, a network error and a timeout': async (s) => {
    const received: unknown[] = []
    const down = new TypeError('fetch failed')
    let hangs = true
    const rig = new SubjectFetchRig(s, {
      defaults: { timeoutMs: 5, tripper: s.core.failureStreak(2) },
      fetch: () => (hangs ? new Promise(() => {}) : Promise.reject(down)),
      fallback: (error, request) => {
        received.push(error, request.url, request.method)
        return new Response('instead')
      },
    })
    const hanging = rig.fetch(url)
    rig.clock.advance(5)
    assert.strictEqual(await (await hanging).text(), 'instead')
    hangs = false
    await rig.fetch(url, { method: 'DELETE' })
    await rig.fetch(new Request(url))
    assert.instanceOf(received[0], s.core.TimeoutError)
    assert.strictEqual(received[3], down)
    assert.isTrue(s.core.isCallNotPermitted(received[6]))
    assert.deepEqual(
      [received[1], received[2], received[5], received[8]],
      [url, 'GET', 'DELETE', 'GET'],
    )
  },
  'a fallback does not run for a response or an abort by the caller': async (s) => {
    let ran = 0
    const fallback = () => {
      ran++
      return new Response('instead')
    }
    const rig = new SubjectFetchRig(s, {
      fetch: async (_, init) =>
        init?.signal ? new Promise<never>(() => {}) : new Response('down', { status: 500 }),
      defaults: { tripper: s.core.failureStreak(9) },
      fallback,
    })
    assert.strictEqual((await rig.fetch(url)).status, 500)
    const controller = new AbortController()
    const promise = rig.fetch(url, { signal: controller.signal })
    controller.abort()
    await rejection(promise)
    assert.strictEqual(ran, 0)
  },
  'the caller receives the error that a fallback of fetch throws': async (s) => {
    const second = new Error('second')
    const rig = new SubjectFetchRig(s, {
      fetch: () => Promise.reject(new TypeError('fetch failed')),
      fallback: () => Promise.reject(second),
    })
    assert.strictEqual(await rejection(rig.fetch(url)), second)
  },
})

export const fetchFailureCases: readonly ConformanceCase[] = [
  ...statusCases,
  ...failureCases,
  ...fallbackCases,
]
