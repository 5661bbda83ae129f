import { CircuitBreaker } from '@fluxgate/core'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { signal } from '../test/signals.ts'
import { SlackRig, trip } from '../test/slack-rig.ts'

let rig: SlackRig

beforeEach(async () => {
  rig = await SlackRig.start()
})
afterEach(async () => {
  vi.useRealTimers()
  vi.restoreAllMocks()
  await rig[Symbol.asyncDispose]()
})

/** Ends the second in which the circuit may post once. */
async function nextSecond(breaker: CircuitBreaker): Promise<void> {
  await breaker.flush()
  await vi.advanceTimersByTimeAsync(1_000)
  rig.clock.advance(1_000)
}

describe('messages', () => {
  test('posts a failure cycle as a thread, and its end to the channel as well', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const breaker = rig.circuit(rig.listener())
    trip(breaker)
    await nextSecond(breaker)
    rig.clock.advance(30_000)
    const probe = breaker.acquire()
    await nextSecond(breaker)
    probe.success()
    await nextSecond(breaker)
    trip(breaker)
    await breaker.flush()
    expect(rig.firstLines()).toEqual([
      ':red_circle: *payments* closed → open',
      ':large_yellow_circle: *payments* open → half-open',
      ':large_green_circle: *payments* half-open → closed',
      ':red_circle: *payments* closed → open',
    ])
    const { messages } = rig.slack
    const first = messages[0]?.ts
    expect(messages.map(({ thread_ts, reply_broadcast }) => [thread_ts, reply_broadcast])).toEqual([
      [undefined, undefined],
      [first, undefined],
      [first, true],
      [undefined, undefined],
    ])
    expect(messages[0]?.blocks).toHaveLength(2)
    expect(rig.errors).toEqual([])
  })

  test('posts each circuit in its own threads', async () => {
    const listener = rig.listener()
    const breakers = ['a', 'b'].map((name) => rig.circuit(listener, name))
    for (const breaker of breakers) trip(breaker)
    await listener.flush()
    for (const breaker of breakers) breaker.reset()
    await listener.flush()
    const { messages } = rig.slack
    const threads = messages.filter(({ thread_ts }) => thread_ts === undefined)
    expect(threads).toHaveLength(2)
    for (const { text, thread_ts } of messages.slice(2)) {
      const parent = threads.find(({ ts }) => ts === thread_ts)
      expect(parent?.text.match(/\*.\*/)?.[0]).toBe(text.match(/\*.\*/)?.[0])
    }
  })

  test('posts the summary after a second without flush()', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const breaker = rig.circuit(rig.listener())
    for (let i = 0; i < 20; i++) {
      trip(breaker)
      breaker.reset()
    }
    await breaker.flush()
    expect(rig.slack.messages).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(1_000)
    await rig.slack.until(({ messages }) => messages.length === 2)
    expect(rig.slack.messages[1]?.text).toMatch(
      /^:large_green_circle: \*payments\* closed: 39 events from .*\nopen → closed ×20, closed → open ×19\n/,
    )
    expect(rig.slack.requests).toBe(2)
    expect(rig.errors).toEqual([])
  })

  test('turns off link previews', async () => {
    const client = rig.client()
    const post = vi.spyOn(client.chat, 'postMessage')
    const breaker = rig.circuit(rig.listener({ client }))
    trip(breaker)
    await breaker.flush()
    expect(post).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ unfurl_links: false, unfurl_media: false }),
    )
  })

  test('posts without a circuit, and logs errors to the console', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {})
    const summary = () => {
      throw new Error('broken template')
    }
    const listener = rig.listener({ templates: { summary } })
    await listener.onSignal(signal('closed->open'))
    listener.onSignal(signal('open->half_open'))
    listener.onSignal(signal('half_open->closed'))
    await listener.flush()
    expect(rig.slack.messages).toHaveLength(2)
    expect(log.mock.calls).toEqual([['[fluxgate] SlackListener:', new Error('broken template')]])
  })
})

describe('templates', () => {
  test('replace the text of a transition and of a summary, with or without blocks', async () => {
    const blocks = [{ type: 'section', text: { type: 'mrkdwn', text: 'it is open' } }]
    const listener = rig.listener({
      templates: {
        'closed->open': ({ circuitName }) => ({ text: `${circuitName}?!`, blocks }),
        'open->closed': ({ circuitName }) => `${circuitName} again`,
        summary: (signals) => signals.map(({ newState }) => newState).join(' '),
      },
    })
    const breaker = rig.circuit(listener)
    trip(breaker)
    await listener.flush()
    breaker.reset()
    await listener.flush()
    trip(breaker)
    breaker.disable()
    breaker.reset()
    await listener.flush()
    const { messages } = rig.slack
    expect(messages.map(({ text }) => text)).toEqual([
      'payments?!',
      'payments again',
      'open disabled closed',
    ])
    expect(messages[0]?.blocks).toEqual(blocks)
    expect(messages[1]?.blocks).toEqual([])
  })

  test.each([
    ['throws', () => JSON.parse('{'), /^Expected property name/],
    [
      'returns no text',
      () => '',
      /^SlackListener: templates: 'closed->open' must return non-empty text, or an/,
    ],
    [
      'returns a promise',
      async () => 'late',
      /^SlackListener: templates: 'closed->open' must return/,
    ],
  ])(
    'when a template %s, onError is called and the default text is posted',
    async (_how, template, message) => {
      const breaker = rig.circuit(
        rig.listener({ templates: { 'closed->open': template as never } }),
      )
      trip(breaker)
      await breaker.flush()
      expect(rig.errors).toEqual([
        expect.objectContaining({ message: expect.stringMatching(message) }),
      ])
      expect(rig.firstLines()).toEqual([':red_circle: *payments* closed → open'])
    },
  )

  test('when the template of a summary throws, onError is called and the default text is posted', async () => {
    const summary = () => {
      throw new Error('broken template')
    }
    const listener = rig.listener({ templates: { summary } })
    const breaker = rig.circuit(listener)
    trip(breaker)
    breaker.disable()
    breaker.reset()
    await listener.flush()
    expect(rig.errors).toEqual([new Error('broken template')])
    expect(rig.firstLines()[1]).toMatch(/^:large_green_circle: \*payments\* closed: 2 events/)
  })
})

describe('flush', () => {
  test('resolves with false when its time has passed', async () => {
    const listener = rig.listener()
    rig.slack.faults.push('hang')
    trip(rig.circuit(listener))
    await rig.slack.until(({ requests }) => requests === 1)
    expect(await listener.flush({ timeoutMs: 5 })).toBe(false)
    rig.slack.release()
    expect(await listener.flush({ timeoutMs: 60_000 })).toBe(true)
  })

  test('resolves with false at once for a time of 0, and rejects invalid times', async () => {
    const listener = rig.listener()
    rig.slack.faults.push('hang')
    trip(rig.circuit(listener))
    await rig.slack.until(({ requests }) => requests === 1)
    expect(await listener.flush({ timeoutMs: 0 })).toBe(false)
    rig.slack.release()
    expect(await listener.flush()).toBe(true)
    const message = 'flush: timeoutMs must be a number of milliseconds from 0, got'
    expect(() => listener.flush({ timeoutMs: -1 })).toThrow(new RangeError(`${message} -1`))
    expect(() => listener.flush({ timeoutMs: '5' as never })).toThrow(
      new TypeError(`${message} "5"`),
    )
  })

  test('posts pending signals and the ones that are queued in a circuit', async () => {
    const listener = rig.listener()
    rig.slack.faults.push('hang')
    const breaker = rig.circuit(listener)
    for (let i = 0; i < 2; i++) {
      trip(breaker)
      breaker.reset()
    }
    await rig.slack.until(({ requests }) => requests === 1)
    rig.slack.release()
    await listener.flush()
    expect(rig.firstLines()).toEqual([
      ':red_circle: *payments* closed → open',
      expect.stringMatching(/^:large_green_circle: \*payments\* closed: 3 events from /),
    ])
  })

  test('posts the signals of a disposed circuit', async () => {
    const listener = rig.listener()
    const breaker = rig.circuit(listener)
    trip(breaker)
    breaker.reset()
    breaker.dispose()
    await listener.flush()
    expect(rig.slack.messages).toHaveLength(2)
  })
})

describe('a disposed circuit', () => {
  test('has its signals posted without a call of flush()', async () => {
    const breaker = rig.circuit(rig.listener())
    trip(breaker)
    breaker.reset()
    breaker.dispose()
    await rig.slack.until(({ messages }) => messages.length === 2)
  })
})

test('two circuits of one name have threads of their own', async () => {
  const listener = rig.listener()
  const [one, two] = [rig.circuit(listener), rig.circuit(listener)]
  for (const breaker of [one, two]) {
    trip(breaker)
    await listener.flush()
  }
  for (const breaker of [one, two]) {
    breaker.reset()
    await listener.flush()
  }
  const { messages } = rig.slack
  expect(messages.map(({ thread_ts }) => thread_ts)).toEqual([
    undefined,
    undefined,
    messages[0]?.ts,
    messages[1]?.ts,
  ])
})

test('a circuit that is attached twice is posted once, until both are detached', async () => {
  const listener = rig.listener()
  const breaker = rig.circuit(listener)
  const unsubscribe = breaker.subscribe(listener)
  trip(breaker)
  await listener.flush()
  unsubscribe()
  unsubscribe()
  breaker.reset()
  await listener.flush()
  const { messages } = rig.slack
  expect(messages.map(({ thread_ts }) => thread_ts)).toEqual([undefined, messages[0]?.ts])
  breaker.dispose()
  trip(breaker)
  await listener.flush()
  expect(rig.slack.messages).toHaveLength(2)
})

describe('a circuit that is detached', () => {
  async function detached() {
    const listener = rig.listener()
    const breaker = new CircuitBreaker({ name: 'payments' })
    const unsubscribe = breaker.subscribe(listener)
    breaker.trip()
    await listener.flush()
    unsubscribe()
    await breaker.flush()
    return { listener, breaker }
  }

  test('has no further messages', async () => {
    const { listener, breaker } = await detached()
    breaker.reset()
    await listener.flush()
    expect(rig.firstLines()).toEqual([':red_circle: *payments* closed → open'])
  })

  test('does not take signals that are posted without a circuit', async () => {
    const { listener } = await detached()
    void listener.onSignal(signal('open->closed'))
    await listener.flush()
    expect(rig.firstLines()).toEqual([
      ':red_circle: *payments* closed → open',
      ':large_green_circle: *payments* open → closed',
    ])
  })

  test('is not flushed with the listener after its signals are posted', async () => {
    const { listener, breaker } = await detached()
    const flush = vi.spyOn(breaker, 'flush')
    await listener.flush()
    expect(flush).not.toHaveBeenCalled()
  })
})

describe('many circuits', () => {
  test('that open at once are one digest', async () => {
    const listener = rig.listener({ source: 'checkout-7' })
    const breakers = Array.from({ length: 40 }, (_, i) => rig.circuit(listener, `host-${i}`))
    for (const breaker of breakers) trip(breaker)
    await listener.flush()
    for (const breaker of breakers) breaker.reset()
    await listener.flush()
    const { messages, requests } = rig.slack
    expect(requests).toBe(2)
    expect(rig.firstLines()).toEqual(Array(2).fill('*40 circuits changed their state*'))
    expect(messages[0]?.text.split('\n')).toHaveLength(42)
    expect(messages[0]?.text).toContain('\nSource: checkout-7')
    expect(messages[1]).toMatchObject({ thread_ts: messages[0]?.ts, reply_broadcast: true })
    expect(rig.errors).toEqual([])
  })

  test('of different threads have a digest in the channel', async () => {
    const listener = rig.listener()
    const breakers = ['a', 'b', 'c', 'd'].map((name) => rig.circuit(listener, name))
    for (const breaker of breakers) {
      trip(breaker)
      await listener.flush()
    }
    for (const breaker of breakers) breaker.reset()
    await listener.flush()
    const { messages } = rig.slack
    expect(messages.map(({ thread_ts }) => thread_ts)).toEqual(Array(5).fill(undefined))
  })

  test('have a digest that is shown in the channel when one of them closed', async () => {
    const listener = rig.listener()
    const breakers = ['a', 'b', 'c', 'd'].map((name) => rig.circuit(listener, name))
    for (const breaker of breakers) trip(breaker)
    await listener.flush()
    for (const [i, breaker] of breakers.entries()) {
      if (i === 0) breaker.reset()
      else breaker.forceOpen()
    }
    await listener.flush()
    const [opening, digest] = rig.slack.messages
    expect(digest).toMatchObject({ thread_ts: opening?.ts, reply_broadcast: true })
  })

  test('use the template digest, and the default text when it throws', async () => {
    let broken = false
    const listener = rig.listener({
      templates: {
        digest(circuits) {
          if (broken) throw new Error('broken template')
          return circuits.map((signals) => signals[0]?.circuitName).join(' ')
        },
      },
    })
    const breakers = ['a', 'b', 'c', 'd'].map((name) => rig.circuit(listener, name))
    for (const breaker of breakers) trip(breaker)
    await listener.flush()
    broken = true
    for (const breaker of breakers) breaker.reset()
    await listener.flush()
    expect(rig.firstLines()).toEqual(['a b c d', '*4 circuits changed their state*'])
    expect(rig.errors).toEqual([new Error('broken template')])
  })

  test('cause one error when Slack refuses their digest', async () => {
    rig.slack.faults.push('invalid_auth')
    const listener = rig.listener()
    for (let i = 0; i < 10; i++) trip(rig.circuit(listener, `host-${i}`))
    await listener.flush()
    expect(rig.errors).toHaveLength(1)
  })
})

test('a circuit that flaps for 12 s causes few messages in few threads', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const listener = rig.listener()
  const breaker = rig.circuit(listener)
  for (let i = 0; i < 40; i++) {
    if (i % 2 === 0) trip(breaker)
    else breaker.reset()
    await vi.advanceTimersByTimeAsync(300)
    await breaker.flush()
  }
  await listener.flush()
  const { messages } = rig.slack
  expect(messages.length).toBeLessThanOrEqual(5)
  expect(messages.filter(({ thread_ts }) => thread_ts === undefined).length).toBeLessThanOrEqual(3)
  expect(rig.firstLines().at(-1)).toContain('*payments* closed')
})

test('source is shown in each message, with a template too', async () => {
  const templates = { 'open->closed': () => 'closed again' }
  const listener = rig.listener({ source: 'checkout-7 · production', templates })
  const breaker = rig.circuit(listener)
  trip(breaker)
  await listener.flush()
  breaker.reset()
  await listener.flush()
  for (const { text } of rig.slack.messages) {
    expect(text).toMatch(/\nSource: checkout-7 · production$/)
  }
})

test('turns off the parsing of names and URLs', async () => {
  const client = rig.client()
  const post = vi.spyOn(client.chat, 'postMessage')
  const listener = rig.listener({ client })
  trip(rig.circuit(listener, 'https://evil.example/login @channel'))
  await listener.flush()
  expect(post).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ parse: 'none' }))
  const [{ blocks } = { blocks: [] }] = rig.slack.messages
  expect(JSON.stringify(blocks).match(/"mrkdwn"/g)).toHaveLength(5)
  expect(JSON.stringify(blocks).match(/"verbatim":true/g)).toHaveLength(5)
})
