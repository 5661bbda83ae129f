import { LogLevel, WebClient } from '@slack/web-api'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { SlackRig, trip } from '../test/slack-rig.ts'
import { SlackListener } from './slack-listener.ts'

let rig: SlackRig

beforeEach(async () => {
  rig = await SlackRig.start()
})
afterEach(async () => {
  vi.useRealTimers()
  await rig[Symbol.asyncDispose]()
})

describe('retries', () => {
  test.each(['server_error', 'drop'] as const)('the client retries after %s', async (fault) => {
    rig.slack.faults.push(fault, fault)
    const breaker = rig.circuit(rig.listener())
    trip(breaker)
    await breaker.flush()
    expect(rig.firstLines()).toEqual([':red_circle: *payments* closed → open'])
    expect(rig.slack.requests).toBe(3)
    expect(rig.errors).toEqual([])
  })

  test('the client waits for the Retry-After of a 429', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    rig.slack.faults.push('rate_limited')
    const breaker = rig.circuit(rig.listener())
    trip(breaker)
    await rig.slack.until(({ requests }) => requests === 1)
    await vi.waitFor(() => expect(vi.getTimerCount()).toBeGreaterThan(0), { interval: 0 })
    await vi.advanceTimersByTimeAsync(800)
    expect(rig.slack.requests).toBe(1)
    await vi.advanceTimersByTimeAsync(1_000)
    vi.useRealTimers()
    await breaker.flush()
    expect(rig.slack.messages).toHaveLength(1)
    expect(rig.errors).toEqual([])
  })
})

describe('errors', () => {
  test('calls onError once for each message that Slack refuses', async () => {
    const breaker = rig.circuit(rig.listener({ client: rig.client('xoxb-wrong') }))
    trip(breaker)
    await breaker.flush()
    expect(rig.errors).toEqual([
      expect.objectContaining({
        message: 'SlackListener: message not posted: An API error occurred: invalid_auth',
        code: 'slack_webapi_platform_error',
      }),
    ])
    expect(rig.slack.requests).toBe(1)
    expect(breaker.state).toBe('open')
  })

  test('calls onError after the last retry; the next message starts the thread', async () => {
    rig.slack.faults.push('server_error', 'server_error')
    const listener = rig.listener({ client: rig.client(rig.slack.token, 1) })
    const breaker = rig.circuit(listener)
    trip(breaker)
    await listener.flush()
    expect(rig.errors).toEqual([
      expect.objectContaining({
        message:
          'SlackListener: message not posted: An HTTP protocol error occurred: statusCode = 500',
        code: 'slack_webapi_http_error',
      }),
    ])
    breaker.forceOpen()
    await listener.flush()
    breaker.reset()
    await listener.flush()
    const { messages } = rig.slack
    expect(messages.map(({ thread_ts }) => thread_ts)).toEqual([undefined, messages[0]?.ts])
  })
})

test('calls do not wait for a request that hangs', async () => {
  rig.slack.faults.push('hang')
  const breaker = rig.circuit(rig.listener())
  trip(breaker)
  await rig.slack.until(({ requests }) => requests === 1)
  breaker.reset()
  for (let i = 0; i < 1_000; i++) expect(await breaker.call(() => i)).toBe(i)
  trip(breaker)
  await expect(breaker.call(() => 1)).rejects.toThrow('is open')
  expect(rig.slack.messages).toEqual([])
  rig.slack.release()
  await breaker.flush()
  expect(rig.firstLines()).toEqual([':red_circle: *payments* closed → open'])
})

describe('a reply that Slack refuses', () => {
  test('goes to the channel, and later replies go to its thread', async () => {
    const listener = rig.listener()
    const breaker = rig.circuit(listener)
    trip(breaker)
    await listener.flush()
    const opening = rig.slack.messages.splice(0) // as if it had been deleted
    breaker.forceOpen()
    await listener.flush()
    breaker.reset()
    await listener.flush()
    const { messages } = rig.slack
    expect(opening).toHaveLength(1)
    expect(messages.map(({ thread_ts }) => thread_ts)).toEqual([undefined, messages[0]?.ts])
    expect(rig.errors).toEqual([])
  })
})

describe('the detail of an error', () => {
  test('names the missing scope', async () => {
    rig.slack.faults.push('missing_scope')
    const listener = rig.listener()
    trip(rig.circuit(listener))
    await listener.flush()
    expect(String(rig.errors[0])).toBe(
      'Error: SlackListener: message not posted: An API error occurred: missing_scope; needed: chat:write, provided: identify; [ERROR] missing scope',
    )
  })

  test('names the cause of a network error', async () => {
    const client = new WebClient(rig.slack.token, {
      slackApiUrl: 'http://127.0.0.1:1/',
      retryConfig: { retries: 0 },
      logLevel: LogLevel.ERROR,
      fetch: async () => {
        const cause = new Error(`connect ECONNREFUSED with ${rig.slack.token}`)
        throw new TypeError('fetch failed', { cause })
      },
    })
    const listener = rig.listener({ client })
    trip(rig.circuit(listener))
    await listener.flush()
    expect(String(rig.errors[0])).toContain('fetch failed; connect ECONNREFUSED with [token]')
  })
})

describe('a listener with a token', () => {
  /** Posts through a fetch that fails `failures` times. */
  async function retried(failures: number, failure: () => Promise<Response>) {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    let requests = 0
    vi.stubGlobal('fetch', () =>
      ++requests > failures ? Response.json({ ok: true, ts: '1.1' }) : failure(),
    )
    const listener = new SlackListener({ channel: '#ops', token: 'xoxb-1' })
    trip(rig.circuit(listener))
    const flushed = listener.flush()
    return { flushed, requests: () => requests }
  }
  afterEach(() => {
    vi.unstubAllGlobals()
  })

  test('retries with growing delays after network errors', async () => {
    const { flushed, requests } = await retried(3, () => Promise.reject(new TypeError('offline')))
    const counts: number[] = []
    for (const ms of [900, 100, 1_900, 100, 3_900, 100]) {
      await vi.advanceTimersByTimeAsync(ms)
      await vi.waitFor(() => expect(vi.getTimerCount()).toBeLessThan(9), { interval: 0 })
      counts.push(requests())
    }
    expect(counts).toEqual([1, 2, 2, 3, 3, 4])
    expect(await flushed).toBe(true)
    expect(rig.errors).toEqual([])
  })

  test('waits for the Retry-After of a 429', async () => {
    const headers = { 'retry-after': '7' }
    const { flushed, requests } = await retried(1, async () =>
      Promise.resolve(new Response('{}', { status: 429, headers })),
    )
    await vi.advanceTimersByTimeAsync(6_900)
    expect(requests()).toBe(1)
    await vi.advanceTimersByTimeAsync(200)
    expect(await flushed).toBe(true)
    expect(requests()).toBe(2)
  })

  test.each([
    ['a 429 without Retry-After', () => new Response('{}', { status: 429 })],
    ['a response that ends in the middle', () => new Response(brokenBody())],
  ])('retries after %s', async (_what, respond) => {
    const { flushed, requests } = await retried(1, async () => respond())
    await vi.advanceTimersByTimeAsync(1_100)
    expect(await flushed).toBe(true)
    expect(requests()).toBe(2)
    expect(rig.errors).toEqual([])
  })

  test('reports the error after ten retries', async () => {
    const { flushed, requests } = await retried(99, () => Promise.reject(new TypeError('offline')))
    await vi.advanceTimersByTimeAsync(1_200_000)
    expect(await flushed).toBe(true)
    expect(requests()).toBe(11)
    expect(rig.errors).toHaveLength(1)
  })
})

function brokenBody(): ReadableStream {
  return new ReadableStream({ pull: (controller) => controller.error(new TypeError('terminated')) })
}
