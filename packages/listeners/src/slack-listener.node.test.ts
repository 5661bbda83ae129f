import { inspect } from 'node:util'
import { CircuitBreaker, cooldown, failureStreak } from '@fluxgate/core'
import { ManualClock } from '@fluxgate/core/testing'
import { LogLevel, WebClient } from '@slack/web-api'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { signal } from '../test/signals.ts'
import { SlackStandIn } from '../test/slack-stand-in.ts'
import { SlackListener, type SlackListenerOptions } from './slack-listener.ts'

let slack: SlackStandIn
let clock: ManualClock
let errors: unknown[]

beforeEach(async () => {
  slack = await SlackStandIn.start()
  clock = new ManualClock()
  errors = []
})
afterEach(async () => {
  vi.useRealTimers()
  vi.restoreAllMocks()
  await slack[Symbol.asyncDispose]()
})

/** Slack's own client, on the stand-in, with pauses that suit a test. */
function client(token = slack.token, retries = 3): WebClient {
  return new WebClient(token, {
    slackApiUrl: slack.url,
    retryConfig: { retries, minTimeout: 1, maxTimeout: 1 },
    logLevel: LogLevel.ERROR,
  })
}

function circuit(listener: SlackListener, name = 'payments'): CircuitBreaker {
  return new CircuitBreaker({
    name,
    clock,
    tripper: failureStreak(2),
    retry: cooldown(30_000),
    probes: 1,
    listeners: [listener],
    onError: (error) => errors.push(error),
  })
}

const listenerOf = (options: Partial<SlackListenerOptions> = {}) =>
  new SlackListener({ channel: '#ops', client: client(), ...options } as SlackListenerOptions)

const fail = (breaker: CircuitBreaker) => breaker.acquire().failure(new Error('down'))

function trip(breaker: CircuitBreaker): void {
  fail(breaker)
  fail(breaker)
  expect(breaker.state).toBe('open')
}

/** Lets the second pass in which a circuit may post once, without waiting for it. */
async function nextSecond(breaker: CircuitBreaker): Promise<void> {
  await breaker.flush()
  await vi.advanceTimersByTimeAsync(1_000)
  clock.advance(1_000)
}

const firstLines = () => slack.messages.map(({ text }) => text.split('\n')[0])

describe('what the channel shows', () => {
  test('a failure cycle as a thread, in order, its end in the channel', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const breaker = circuit(listenerOf())
    trip(breaker)
    await nextSecond(breaker)
    clock.advance(30_000)
    const probe = breaker.acquire()
    await nextSecond(breaker)
    probe.failure(new Error('down'))
    await nextSecond(breaker)
    clock.advance(60_000)
    const another = breaker.acquire()
    await nextSecond(breaker)
    another.success()
    await nextSecond(breaker)
    trip(breaker)
    await breaker.flush()
    expect(firstLines()).toEqual([
      ':red_circle: *payments* closed → open',
      ':large_yellow_circle: *payments* open → half-open',
      ':red_circle: *payments* half-open → open',
      ':large_yellow_circle: *payments* open → half-open',
      ':large_green_circle: *payments* half-open → closed',
      ':red_circle: *payments* closed → open',
    ])
    const first = slack.messages[0]?.ts
    expect(
      slack.messages.map(({ thread_ts, reply_broadcast }) => [thread_ts, reply_broadcast]),
    ).toEqual([
      [undefined, undefined],
      [first, undefined],
      [first, undefined],
      [first, undefined],
      [first, true],
      [undefined, undefined],
    ])
    expect(slack.messages[0]?.blocks).toHaveLength(2)
    expect(errors).toEqual([])
  })

  test('each circuit in threads of its own', async () => {
    const listener = listenerOf()
    const breakers = ['a', 'b'].map((name) => circuit(listener, name))
    for (const breaker of breakers) trip(breaker)
    await listener.flush()
    for (const breaker of breakers) breaker.reset()
    await listener.flush()
    const threads = slack.messages.filter(({ thread_ts }) => thread_ts === undefined)
    expect(threads).toHaveLength(2)
    for (const { text, thread_ts } of slack.messages.slice(2)) {
      const parent = threads.find(({ ts }) => ts === thread_ts)
      expect(parent?.text.match(/\*.\*/)?.[0]).toBe(text.match(/\*.\*/)?.[0])
    }
  })

  test('a flapping circuit once a second, summed up, nothing lost', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const breaker = circuit(listenerOf())
    for (let i = 0; i < 20; i++) {
      trip(breaker)
      breaker.reset()
    }
    await breaker.flush()
    expect(slack.messages).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(1_000)
    await slack.until(({ messages }) => messages.length === 2)
    expect(slack.messages[1]?.text).toMatch(
      /^:large_green_circle: \*payments\* closed: 39 transitions from .*\nopen → closed ×20, closed → open ×19\n/,
    )
    expect(slack.requests).toBe(2)
    expect(errors).toEqual([])
  })

  test('no picture of what a name or a reason links to', async () => {
    const wanted = client()
    const post = vi.spyOn(wanted.chat, 'postMessage')
    const breaker = circuit(listenerOf({ client: wanted }))
    trip(breaker)
    await breaker.flush()
    expect(post).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ unfurl_links: false, unfurl_media: false }),
    )
  })

  test('in Korean', async () => {
    const breaker = circuit(listenerOf({ locale: 'ko' }))
    trip(breaker)
    await breaker.flush()
    expect(firstLines()).toEqual([':red_circle: *payments* 닫힘 → 열림'])
  })

  test('own words per transition, with or without blocks, and for summaries', async () => {
    const blocks = [{ type: 'section', text: { type: 'mrkdwn', text: 'it is open' } }]
    const listener = listenerOf({
      templates: {
        'closed->open': ({ circuitName }) => ({ text: `${circuitName}?!`, blocks }),
        'open->closed': ({ circuitName }) => `${circuitName} again`,
        summary: (signals) => signals.map(({ newState }) => newState).join(' '),
      },
    })
    const breaker = circuit(listener)
    trip(breaker)
    await listener.flush()
    breaker.reset()
    await listener.flush()
    trip(breaker)
    breaker.disable()
    breaker.reset()
    await listener.flush()
    expect(slack.messages.map(({ text }) => text)).toEqual([
      'payments?!',
      'payments again',
      'open disabled closed',
    ])
    expect(slack.messages[0]?.blocks).toEqual(blocks)
    expect(slack.messages[1]?.blocks).toEqual([])
  })
})

describe('when Slack is in trouble', () => {
  test.each(['server_error', 'drop'] as const)('%s: the client tries again', async (fault) => {
    slack.faults.push(fault, fault)
    const breaker = circuit(listenerOf())
    trip(breaker)
    await breaker.flush()
    expect(firstLines()).toEqual([':red_circle: *payments* closed → open'])
    expect(slack.requests).toBe(3)
    expect(errors).toEqual([])
  })

  test('429: the client waits for as long as Retry-After says', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    slack.faults.push('rate_limited')
    const breaker = circuit(listenerOf())
    trip(breaker)
    await slack.until(({ requests }) => requests === 1)
    await vi.waitFor(() => expect(vi.getTimerCount()).toBeGreaterThan(0), { interval: 0 })
    await vi.advanceTimersByTimeAsync(800)
    expect(slack.requests).toBe(1)
    await vi.advanceTimersByTimeAsync(1_000)
    vi.useRealTimers()
    await breaker.flush()
    expect(slack.messages).toHaveLength(1)
    expect(errors).toEqual([])
  })

  test('invalid_auth: onError is told, once per message, and the circuit goes on', async () => {
    const breaker = circuit(listenerOf({ client: client('xoxb-wrong') }))
    trip(breaker)
    await breaker.flush()
    expect(errors).toEqual([
      expect.objectContaining({
        message: 'SlackListener: message not posted: An API error occurred: invalid_auth',
        code: 'slack_webapi_platform_error',
      }),
    ])
    expect(slack.requests).toBe(1)
    expect(breaker.state).toBe('open')
  })

  test('when the client gives up, onError is told, and the thread begins with the next message', async () => {
    slack.faults.push('server_error', 'server_error')
    const listener = listenerOf({ client: client(slack.token, 1) })
    const breaker = circuit(listener)
    trip(breaker)
    await listener.flush()
    expect(errors).toEqual([
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
    expect(slack.messages.map(({ thread_ts }) => thread_ts)).toEqual([
      undefined,
      slack.messages[0]?.ts,
    ])
  })

  test('while it hangs, calls wait for nothing; then everything is told in order', async () => {
    slack.faults.push('hang')
    const breaker = circuit(listenerOf())
    trip(breaker)
    await slack.until(({ requests }) => requests === 1)
    breaker.reset()
    for (let i = 0; i < 1_000; i++) expect(await breaker.call(() => i)).toBe(i)
    trip(breaker)
    await expect(breaker.call(() => 1)).rejects.toThrow('is open')
    expect(slack.messages).toEqual([])
    slack.release()
    await breaker.flush()
    expect(firstLines()).toEqual([':red_circle: *payments* closed → open'])
  })

  test('while it hangs, calls are as fast as without it', async () => {
    const without = new CircuitBreaker({ name: 'without', clock })
    const withIt = circuit(listenerOf())
    slack.faults.push('hang')
    withIt.forceOpen()
    withIt.reset()
    await slack.until(({ requests }) => requests === 1)
    const time = async (breaker: CircuitBreaker) => {
      const start = performance.now()
      for (let i = 0; i < 10_000; i++) await breaker.call(() => i)
      return performance.now() - start
    }
    const best = { without: Number.POSITIVE_INFINITY, withIt: Number.POSITIVE_INFINITY }
    for (let round = 0; round < 20; round++) {
      best.without = Math.min(best.without, await time(without))
      best.withIt = Math.min(best.withIt, await time(withIt))
    }
    // some nanoseconds apart; a call that waited for the network would be a thousand times slower
    expect(best.withIt / best.without).toBeLessThan(2)
    expect(slack.messages).toEqual([])
  })
})

describe('flush', () => {
  test('sends what is held back, and what still waits for its turn at a circuit', async () => {
    const listener = listenerOf()
    slack.faults.push('hang')
    const breaker = circuit(listener)
    trip(breaker)
    breaker.reset()
    trip(breaker)
    breaker.reset()
    await slack.until(({ requests }) => requests === 1)
    slack.release()
    await listener.flush()
    expect(firstLines()).toEqual([
      ':red_circle: *payments* closed → open',
      expect.stringMatching(/^:large_green_circle: \*payments\* closed: 3 transitions from /),
    ])
  })

  test('a circuit that left at once has its messages sent', async () => {
    const listener = listenerOf()
    const breaker = circuit(listener)
    trip(breaker)
    breaker.reset()
    breaker.dispose()
    await listener.flush()
    expect(slack.messages).toHaveLength(2)
  })

  test('a circuit that left without a flush has its messages sent all the same', async () => {
    const breaker = circuit(listenerOf())
    trip(breaker)
    breaker.reset()
    breaker.dispose()
    await slack.until(({ messages }) => messages.length === 2)
  })

  test('a thread goes on while another circuit of the name is there, and is forgotten after the last', async () => {
    const listener = listenerOf()
    const [one, two] = [circuit(listener), circuit(listener)]
    trip(one)
    one.dispose()
    await listener.flush()
    two.forceOpen()
    await listener.flush()
    two.dispose()
    await listener.flush()
    circuit(listener).forceOpen()
    await listener.flush()
    expect(slack.messages.map(({ thread_ts }) => thread_ts)).toEqual([
      undefined,
      slack.messages[0]?.ts,
      undefined,
    ])
  })
})

describe('a template that fails', () => {
  test.each([
    ['throws', () => JSON.parse('{'), /^Expected property name/],
    ['gives no text', () => '', /^SlackListener: template 'closed->open' must return text, or an/],
    ['gives a promise', async () => 'late', /^SlackListener: template 'closed->open' must return/],
  ])('%s: onError is told and a plain message sent', async (_how, template, message) => {
    const breaker = circuit(listenerOf({ templates: { 'closed->open': template as never } }))
    trip(breaker)
    await breaker.flush()
    expect(errors).toEqual([expect.objectContaining({ message: expect.stringMatching(message) })])
    expect(firstLines()).toEqual([':red_circle: *payments* closed → open'])
  })

  test('a summary that throws, for which nobody waits, too', async () => {
    const summary = () => {
      throw new Error('no words')
    }
    const listener = listenerOf({ templates: { summary } })
    const breaker = circuit(listener)
    trip(breaker)
    breaker.disable()
    breaker.reset()
    await listener.flush()
    expect(errors).toEqual([new Error('no words')])
    expect(firstLines()[1]).toMatch(/^:large_green_circle: \*payments\* closed: 2 transitions/)
  })
})

test('used by itself, without a circuit to tell, it posts, and the console hears of errors', async () => {
  const log = vi.spyOn(console, 'error').mockImplementation(() => {})
  const summary = () => {
    throw new Error('no words')
  }
  const listener = listenerOf({ templates: { summary } })
  await listener.onSignal(signal('closed->open'))
  listener.onSignal(signal('open->half_open'))
  listener.onSignal(signal('half_open->closed'))
  await listener.flush()
  expect(slack.messages).toHaveLength(2)
  expect(log.mock.calls).toEqual([['[fluxgate] SlackListener:', new Error('no words')]])
})

describe('the token', () => {
  /** All that is written to the console, at every level, while the client talks as much as it can. */
  function listen(): string[] {
    const heard: string[] = []
    for (const level of ['log', 'debug', 'info', 'warn', 'error'] as const) {
      vi.spyOn(console, level).mockImplementation((...args) => {
        heard.push(args.map((arg) => inspect(arg, { depth: 10 })).join(' '))
      })
    }
    return heard
  }

  test.each([
    ['debug', LogLevel.DEBUG, ['server_error', 'drop', 'invalid_auth']],
    // what answers in Slack's name shows the token; at `debug` the client itself logs all answers
    ['info', LogLevel.INFO, ['leaky_error', 'leaky_status', 'drop']],
  ] as const)('shows in no log (%s), error or snapshot', async (_name, logLevel, faults) => {
    const heard = listen()
    const retryConfig = { retries: 0 }
    const listener = listenerOf({
      client: new WebClient(slack.token, { slackApiUrl: slack.url, retryConfig, logLevel }),
    })
    const breaker = new CircuitBreaker({ name: 'payments', clock, listeners: [listener] })
    const other = circuit(listener, 'other')
    for (const fault of faults) {
      slack.faults.push(fault, fault)
      for (const each of [breaker, other]) each.trip()
      await listener.flush()
      for (const each of [breaker, other]) each.reset()
      await listener.flush()
    }
    expect(errors.length).toBeGreaterThanOrEqual(faults.length)
    expect(heard.join('\n')).toMatch(/message not posted/)
    const shown = [
      ...heard,
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
    ['xoxb-314159-a secret\n', 'SlackListener: token must be visible ASCII without spaces'],
    [
      '31 xoxb-314159',
      'SlackListener: token must be visible ASCII without spaces, got "something else"',
    ],
    ['', 'SlackListener: token must be visible ASCII without spaces'],
    [{ token: 'xoxb-314159' }, 'SlackListener: token must be a string, got "object"'],
  ])('is not quoted when it is wrong: %j', (token, message) => {
    const make = () => new SlackListener({ channel: '#ops', token: token as string })
    expect(make).toThrow(message)
    expect(make).not.toThrow('314159')
  })

  test('makes a client that goes to Slack', async () => {
    const fetch = vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
      expect(String(input)).toBe('https://slack.com/api/chat.postMessage')
      expect(new Headers(init?.headers).get('authorization')).toBe('Bearer xoxb-1')
      expect(init?.signal).toBeInstanceOf(AbortSignal) // a try has its time limit
      return Response.json({ ok: true, ts: '1.1' })
    })
    const breaker = circuit(new SlackListener({ channel: '#ops', token: 'xoxb-1' }))
    trip(breaker)
    await breaker.flush()
    expect(errors).toEqual([])
    expect(fetch).toHaveBeenCalledOnce()
  })

  test('makes a client that works on Workers, where fetch is no method and has no redirect: error', async () => {
    const fetch = vi
      .spyOn(globalThis, 'fetch')
      .mockImplementation(async () => Response.json({ ok: true, ts: '1.1' }))
    const breaker = circuit(new SlackListener({ channel: '#ops', token: 'xoxb-1' }))
    trip(breaker)
    await breaker.flush()
    expect(fetch.mock.contexts).toEqual([undefined])
    expect(fetch.mock.calls.map(([, init]) => init?.redirect)).toEqual(['manual'])
  })
})

describe('bad input is told at construction', () => {
  const token = 'xoxb-1'
  test.each([
    [{ token }, 'SlackListener: channel must be a non-empty string, got undefined'],
    [{ token, channel: ' ' }, 'SlackListener: channel must be a non-empty string, got " "'],
    [{ channel: '#ops' }, 'SlackListener: options must have either token or client, got neither'],
    [
      { channel: '#ops', token, client: new WebClient() },
      'SlackListener: options must have either token or client, got both',
    ],
    [
      { channel: '#ops', client: { chat: {} } },
      'SlackListener: client must be a WebClient of @slack/web-api, got "object"',
    ],
    [
      { channel: '#ops', client: {} },
      'SlackListener: client must be a WebClient of @slack/web-api, got "object"',
    ],
    [
      { channel: '#ops', token, locale: 'fr' },
      'SlackListener: locale must be one of en, ko, got "fr"',
    ],
    [
      { channel: '#ops', token, templates: null },
      'SlackListener: templates must be an object, got null',
    ],
    [{ channel: '#ops', token, templates: 5 }, 'SlackListener: templates must be an object, got 5'],
    [
      { channel: '#ops', token, templates: { 'closed->open->closed': () => '' } },
      `SlackListener: templates: each key must be 'summary' or a transition like 'closed->open', got "closed->open->closed"`,
    ],
    [
      { channel: '#ops', token, templates: { 'closed->opened': () => '' } },
      `SlackListener: templates: each key must be 'summary' or a transition like 'closed->open', got "closed->opened"`,
    ],
    [
      { channel: '#ops', token, templates: { 'closed->open': 'opened' } },
      `SlackListener: templates: 'closed->open' must be a function, got "opened"`,
    ],
    [
      { chanel: '#ops', token },
      'SlackListener: each option must be one of channel, token, client, templates, locale, got "chanel"',
    ],
    [undefined, 'SlackListener: options must be an object, got undefined'],
  ])('%#', (options, message) => {
    expect(() => new SlackListener(options as never)).toThrow(message)
  })

  test.each([
    [{ token, channel: 5 }, TypeError],
    [{ token, channel: '' }, RangeError],
    [{ channel: '#ops', token: '' }, RangeError],
    [{ channel: '#ops', token, locale: 'fr' }, RangeError],
    [{ channel: '#ops', token, templates: { opened: () => '' } }, RangeError],
    [{ channel: '#ops', token, templates: { 'closed->open': 'opened' } }, TypeError],
  ])('%j by its kind of error', (options, type) => {
    expect(() => new SlackListener(options as never)).toThrow(type)
  })
})
