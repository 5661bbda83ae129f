import { thrown } from '@fluxgate/testkit/thrown'
import { assert } from 'chai'
import { cases } from '../conformance-case.ts'
import { headersOf, hooked, url } from '../webhook-rig.ts'

export const webhookOptionCases = cases('5. WebhookListener', {
  'a delivery has five attempts by default': async (s) => {
    const { rig, requests } = hooked(s, [500, 500, 500, 500, 500, 500, 500])
    rig.breaker.disable()
    await rig.breaker.flush()
    assert.strictEqual(requests.length, 5)
  },
  'a secret signs the body with HMAC-SHA-256': async (s) => {
    const secret = 'a secret — with more than ASCII'
    const { rig, requests } = hooked(s, [], { secret })
    rig.breaker.disable()
    await rig.breaker.flush()
    const { subtle } = crypto
    const bytes = new TextEncoder().encode(secret)
    const hmac = { name: 'HMAC', hash: 'SHA-256' }
    const key = await subtle.importKey('raw', bytes, hmac, false, ['verify'])
    const [scheme, hex = ''] = (headersOf(requests[0]).get('x-fluxgate-signature') ?? '').split('=')
    assert.strictEqual(scheme, 'sha256')
    assert.match(hex, /^[0-9a-f]{64}$/)
    const signature = Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16))
    const body = new TextEncoder().encode(String(requests[0]?.init.body))
    assert.isTrue(await subtle.verify('HMAC', key, signature, body))
  },
  'headers are added, and can replace the content type': async (s) => {
    const headers = { authorization: 'Bearer abc', 'Content-Type': 'application/cloudevents+json' }
    const { rig, requests } = hooked(s, [], { headers })
    rig.breaker.disable()
    await rig.breaker.flush()
    assert.strictEqual(headersOf(requests[0]).get('authorization'), 'Bearer abc')
    assert.strictEqual(headersOf(requests[0]).get('content-type'), 'application/cloudevents+json')
  },
  'a wrong url and wrong headers throw a TypeError that names the type of a text or an object': (
    s,
  ) => {
    const shown = (value: unknown) =>
      typeof value === 'string' || (typeof value === 'object' && value !== null)
        ? `"${typeof value}"`
        : String(value)
    const messageOf = (options: object): string => {
      const error = thrown(() => new s.core.WebhookListener(options as never))
      assert.instanceOf(error, TypeError)
      return (error as Error).message
    }
    for (const value of [null, undefined, 5, {}, '', '/hook', 'ftp://x/', 'javascript:0']) {
      const expected = `WebhookListener: url must be an absolute http or https URL, got ${shown(value)}`
      assert.strictEqual(messageOf({ url: value }), expected)
    }
    for (const value of [null, 5, Number.NaN, 'text', true, 5n]) {
      const expected = `WebhookListener: headers must be an object, got ${shown(value)}`
      assert.strictEqual(messageOf({ url, headers: value }), expected)
    }
  },
  'errors do not quote a text at the wrong place': (s) => {
    const secret = 'hunter2'
    const wrong = [
      secret,
      { url: `ops:${secret}@ops.example` },
      { url, headers: `Bearer ${secret}` },
    ]
    for (const options of wrong) {
      let message = ''
      try {
        new s.core.WebhookListener(options as never)
      } catch (error) {
        message = String(error)
      }
      assert.match(message, /^TypeError: WebhookListener: .* got "string"$/)
      assert.notInclude(message, secret)
    }
  },
})
