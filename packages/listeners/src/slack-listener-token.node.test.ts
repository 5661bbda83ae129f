import { inspect } from 'node:util'
import { CircuitBreaker } from '@fluxgate/core'
import { LogLevel, WebClient } from '@slack/web-api'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { SlackRig, trip } from '../test/slack-rig.ts'
import { SlackListener } from './slack-listener.ts'

let rig: SlackRig

beforeEach(async () => {
  rig = await SlackRig.start()
})
afterEach(async () => {
  vi.restoreAllMocks()
  await rig[Symbol.asyncDispose]()
})

/** Everything that is logged to the console, at every level. */
function captureConsole(): string[] {
  const lines: string[] = []
  for (const level of ['log', 'debug', 'info', 'warn', 'error'] as const) {
    vi.spyOn(console, level).mockImplementation((...args) => {
      lines.push(args.map((arg) => inspect(arg, { depth: 10 })).join(' '))
    })
  }
  return lines
}

describe('the token', () => {
  test.each([
    ['debug', LogLevel.DEBUG, ['server_error', 'drop', 'invalid_auth']],
    // These responses contain the token, and at `debug` the client itself logs all responses.
    ['info', LogLevel.INFO, ['leaky_error', 'leaky_status', 'drop']],
  ] as const)('is in no log (%s), error or snapshot', async (_name, logLevel, faults) => {
    const logged = captureConsole()
    const { slack, clock, errors } = rig
    const retryConfig = { retries: 0 }
    const listener = rig.listener({
      client: new WebClient(slack.token, { slackApiUrl: slack.url, retryConfig, logLevel }),
    })
    const breaker = new CircuitBreaker({ name: 'payments', clock, listeners: [listener] })
    const other = rig.circuit(listener, 'other')
    for (const fault of faults) {
      slack.faults.push(fault, fault)
      for (const each of [breaker, other]) each.trip()
      await listener.flush()
      for (const each of [breaker, other]) each.reset()
      await listener.flush()
    }
    expect(errors.length).toBeGreaterThanOrEqual(faults.length)
    expect(logged.join('\n')).toMatch(/message not posted/)
    const shown = [
      ...logged,
      ...errors.map((error) => inspect(error, { depth: 10, showHidden: true })),
      inspect(listener, { depth: 10, showHidden: true }),
      inspect(breaker, { depth: 10, showHidden: true }),
      JSON.stringify(listener),
      JSON.stringify(breaker),
      JSON.stringify(breaker.snapshot()),
    ].join('\n')
    expect(shown).not.toContain('314159')
  })

  test.each([
    [
      'xoxb-314159-a secret\n',
      'SlackListener: token must be visible ASCII without spaces, got "another value"',
    ],
    ['31 xoxb-314159', 'SlackListener: token must be visible ASCII without spaces'],
    ['', 'SlackListener: token must be visible ASCII without spaces'],
    [{ token: 'xoxb-314159' }, 'SlackListener: token must be a string, got "object"'],
  ])('is not quoted when it is invalid: %j', (token, message) => {
    const create = () => new SlackListener({ channel: '#ops', token: token as string })
    expect(create).toThrow(message)
    expect(create).not.toThrow('314159')
  })
})

describe('the client of a token', () => {
  test('posts to Slack, with a timeout for each attempt', async () => {
    const fetch = vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
      expect(String(input)).toBe('https://slack.com/api/chat.postMessage')
      expect(new Headers(init?.headers).get('authorization')).toBe('Bearer xoxb-1')
      expect(init?.signal).toBeInstanceOf(AbortSignal)
      return Response.json({ ok: true, ts: '1.1' })
    })
    const breaker = rig.circuit(new SlackListener({ channel: '#ops', token: 'xoxb-1' }))
    trip(breaker)
    await breaker.flush()
    expect(rig.errors).toEqual([])
    expect(fetch).toHaveBeenCalledOnce()
  })

  test("works on Workers: it calls fetch as a function, without redirect: 'error'", async () => {
    const fetch = vi
      .spyOn(globalThis, 'fetch')
      .mockImplementation(async () => Response.json({ ok: true, ts: '1.1' }))
    const breaker = rig.circuit(new SlackListener({ channel: '#ops', token: 'xoxb-1' }))
    trip(breaker)
    await breaker.flush()
    expect(fetch.mock.contexts).toEqual([undefined])
    expect(fetch.mock.calls.map(([, init]) => init?.redirect)).toEqual(['manual'])
  })
})
