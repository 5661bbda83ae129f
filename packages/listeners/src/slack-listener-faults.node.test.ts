import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { SlackRig, trip } from '../test/slack-rig.ts'

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
