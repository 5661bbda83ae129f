import { microtasks } from '@fluxgate/testkit/microtasks'
import { SubjectRig } from '@fluxgate/testkit/subject-rig'
import { assert } from 'chai'
import { cases } from '../conformance-case.ts'
import { headersOf, hooked, url } from '../webhook-rig.ts'

export const webhookListenerCases = cases('5. WebhookListener', {
  'every signal is POSTed as JSON': async (s) => {
    const { rig, requests } = hooked(s)
    rig.fail(3)
    await rig.breaker.flush()
    assert.strictEqual(requests.length, 1)
    assert.strictEqual(requests[0]?.url, url)
    assert.strictEqual(requests[0]?.init.method, 'POST')
    assert.strictEqual(headersOf(requests[0]).get('content-type'), 'application/json')
    assert.isFalse(headersOf(requests[0]).has('x-fluxgate-signature'))
    assert.deepEqual(JSON.parse(String(requests[0]?.init.body)), {
      circuit: 'payments',
      transition: 'closed->open',
      timestamp: rig.clock.timestamp(),
      reason: 'failure streak 3 ≥ 3 over 3 calls',
      metrics: JSON.parse(JSON.stringify(rig.signals[0]?.metrics)),
    })
    assert.deepEqual(rig.errors, [])
  },
  'signals are posted in order, one at a time': async (s) => {
    const { rig, requests } = hooked(s, [500, 204, 500])
    rig.breaker.disable()
    rig.breaker.forceOpen()
    rig.breaker.reset()
    await rig.breaker.flush()
    const sent = requests.map(({ init }) => JSON.parse(String(init.body)).transition)
    assert.deepEqual(sent, [
      'closed->disabled',
      'closed->disabled',
      'disabled->forced_open',
      'disabled->forced_open',
      'forced_open->closed',
    ])
  },
  'network errors, 5xx and 429 are retried': async (s) => {
    const { rig, requests } = hooked(s, [new TypeError('fetch failed'), 500, 503, 429])
    rig.breaker.disable()
    await rig.breaker.flush()
    assert.strictEqual(requests.length, 5)
    assert.deepEqual(rig.errors, [])
  },
  'a delivery that keeps failing is reported after the last attempt': async (s) => {
    const { rig, requests } = hooked(s, [500, 500, 500, 500], { attempts: 3 })
    rig.breaker.disable()
    await rig.breaker.flush()
    assert.strictEqual(requests.length, 3)
    assert.strictEqual(rig.errors.length, 1)
    assert.match(String(rig.errors[0]?.error), /webhook not delivered: status 500/)
    assert.strictEqual(rig.errors[0]?.source, 'listener')
  },
  'a permanent failure is reported at once': async (s) => {
    for (const status of [301, 400, 401, 404]) {
      const { rig, requests } = hooked(s, [status])
      rig.breaker.disable()
      await rig.breaker.flush()
      assert.strictEqual(requests.length, 1)
      assert.include(String(rig.errors[0]?.error), `status ${status}`)
    }
  },
  'the pauses between attempts grow, and the last attempt has none': async (s) => {
    const original = globalThis.setTimeout
    const pauses: unknown[] = []
    Object.assign(globalThis, {
      setTimeout: (run: () => void, ms: number) => {
        pauses.push(ms)
        return original(run)
      },
    })
    try {
      const { rig } = hooked(s, [500, 500, 500, 500, 500], { backoffMs: 7 })
      rig.breaker.disable()
      await rig.breaker.flush()
    } finally {
      globalThis.setTimeout = original
    }
    assert.deepEqual(
      pauses.filter((ms) => Number(ms) > 1),
      [7, 14, 28, 56],
    )
  },
  'an attempt that times out is retried': async (s) => {
    let tries = 0
    const fetch = (_url: string, { signal }: RequestInit) =>
      ++tries > 1
        ? Promise.resolve(new Response(null, { status: 204 }))
        : new Promise<Response>((_, reject) => {
            signal?.addEventListener('abort', () => reject(signal.reason))
          })
    const { rig } = hooked(s, [], { fetch, timeoutMs: 5 })
    rig.breaker.disable()
    await rig.breaker.flush()
    assert.strictEqual(tries, 2)
    assert.deepEqual(rig.errors, [])
  },
  'a redirect is not followed, and the body of the response is cancelled': async (s) => {
    let cancelled = false
    let redirect: unknown
    const fetch = async (_url: string, init: RequestInit) => {
      redirect = init.redirect
      const body = new ReadableStream({
        cancel() {
          cancelled = true
        },
      })
      return new Response(body)
    }
    const { rig } = hooked(s, [], { fetch })
    rig.breaker.disable()
    await rig.breaker.flush()
    assert.strictEqual(redirect, 'manual')
    assert.isTrue(cancelled)
  },
  'the global fetch is looked up at each delivery': async (s) => {
    const original = globalThis.fetch
    const sent: unknown[] = []
    const webhook = new s.core.WebhookListener({ url })
    globalThis.fetch = async (to) => {
      sent.push(to)
      return new Response(null, { status: 204 })
    }
    try {
      const rig = new SubjectRig(s, { listeners: [webhook] })
      rig.breaker.disable()
      await rig.breaker.flush()
    } finally {
      globalThis.fetch = original
    }
    assert.deepEqual(sent, [url])
  },
  'signals of all circuits that share the listener are posted one at a time': async (s) => {
    let posting = 0
    let most = 0
    const posted: string[] = []
    const fetch = async (_url: string, { body }: RequestInit) => {
      most = Math.max(most, ++posting)
      posted.push(JSON.parse(String(body)).circuit)
      await microtasks()
      posting--
      return new Response(null, { status: 204 })
    }
    const webhook = new s.core.WebhookListener({ url, fetch })
    const rigs = ['a', 'b', 'c', 'd'].map(
      (name) => new SubjectRig(s, { name, listeners: [webhook] }),
    )
    for (const { breaker } of rigs) breaker.disable()
    await Promise.all(rigs.map(({ breaker }) => breaker.flush()))
    assert.strictEqual(most, 1)
    assert.deepEqual(posted, ['a', 'b', 'c', 'd'])
  },
  'a retry waits as long as Retry-After asks for': async (s) => {
    const sentAt: number[] = []
    const fetch = async () => {
      sentAt.push(performance.now())
      const headers = { 'retry-after': '0.1' }
      return new Response(null, { status: sentAt.length > 1 ? 204 : 503, headers })
    }
    const { rig } = hooked(s, [], { fetch })
    rig.breaker.disable()
    await rig.breaker.flush()
    assert.isAtLeast((sentAt[1] ?? 0) - (sentAt[0] ?? 0), 95)
  },
  'waitUntil receives a promise for each delivery': async (s) => {
    const promises: Promise<void>[] = []
    const waitUntil = (promise: Promise<void>) => void promises.push(promise)
    const { rig } = hooked(s, [400], { waitUntil })
    rig.breaker.disable()
    rig.breaker.reset()
    await rig.breaker.flush()
    assert.lengthOf(promises, 2)
    await Promise.all(promises)
  },
})
