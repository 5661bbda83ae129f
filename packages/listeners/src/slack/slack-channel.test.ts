import type { Signal } from '@fluxgate/core'
import { Deferred } from '@fluxgate/testkit/deferred'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { signal } from '../../test/signals.ts'
import { SlackChannel } from './slack-channel.ts'
import { SlackThread } from './slack-thread.ts'

interface Post {
  transitions: string[]
  threadTs: string | undefined
  broadcast: boolean
}

let posts: Post[]
let errors: unknown[]
/** The response of Slack. By default it resolves at once with `ts1`, `ts2`, … */
let respond: () => Promise<string>
let channel: SlackChannel
let thread: SlackThread

beforeEach(() => {
  vi.useFakeTimers()
  posts = []
  errors = []
  respond = async () => `ts${posts.length}`
  thread = new SlackThread()
  channel = new SlackChannel(async (threads) => {
    const taken = threads.map((each) => each.take())
    posts.push({
      transitions: taken.flatMap(({ signals }) =>
        signals.map(({ oldState, newState }) => `${oldState}->${newState}`),
      ),
      ...(taken[0]?.target ?? { threadTs: undefined, broadcast: false }),
    })
    try {
      const ts = await respond()
      for (const [i, each] of threads.entries()) {
        each.posted({ ts, isReply: taken[i]?.target.threadTs !== undefined })
      }
    } catch (error) {
      errors.push(error)
    }
  })
})
afterEach(() => {
  vi.useRealTimers()
})

/** Pushes the signals a minute apart, so that each is posted by itself. */
async function pushSlowly(...signals: Signal[]): Promise<void> {
  for (const each of signals) {
    await channel.push(thread, each)
    await vi.advanceTimersByTimeAsync(60_000)
  }
}

function pushTogether(...signals: Signal[]): void {
  for (const each of signals) void channel.push(thread, each)
}

/** Lets the microtask that posts run. */
const nextTask = () => vi.advanceTimersByTimeAsync(0)

const open = signal('closed->open')
const halfOpen = signal('open->half_open')
const reopened = signal('half_open->open')
const closed = signal('half_open->closed')

describe('threads', () => {
  test('a failure cycle is one thread, and its end is also shown in the channel', async () => {
    await pushSlowly(open, halfOpen, reopened, halfOpen, closed, open, halfOpen)
    expect(posts).toEqual([
      { transitions: ['closed->open'], threadTs: undefined, broadcast: false },
      { transitions: ['open->half_open'], threadTs: 'ts1', broadcast: false },
      { transitions: ['half_open->open'], threadTs: 'ts1', broadcast: false },
      { transitions: ['open->half_open'], threadTs: 'ts1', broadcast: false },
      { transitions: ['half_open->closed'], threadTs: 'ts1', broadcast: true },
      { transitions: ['closed->open'], threadTs: undefined, broadcast: false },
      { transitions: ['open->half_open'], threadTs: 'ts6', broadcast: false },
    ])
  })

  test('forced_open starts a thread; disabled and metrics_only end it without a broadcast', async () => {
    const shadow = signal('metrics_only->metrics_only')
    await pushSlowly(
      signal('closed->forced_open'),
      signal('forced_open->disabled'),
      signal('disabled->forced_open'),
      signal('forced_open->metrics_only'),
      shadow,
      signal('metrics_only->closed'),
    )
    expect(posts).toEqual([
      { transitions: ['closed->forced_open'], threadTs: undefined, broadcast: false },
      { transitions: ['forced_open->disabled'], threadTs: 'ts1', broadcast: false },
      { transitions: ['disabled->forced_open'], threadTs: undefined, broadcast: false },
      { transitions: ['forced_open->metrics_only'], threadTs: 'ts3', broadcast: false },
      { transitions: ['metrics_only->metrics_only'], threadTs: undefined, broadcast: false },
      { transitions: ['metrics_only->closed'], threadTs: undefined, broadcast: true },
    ])
  })

  test('a listener that attaches to an open circuit starts no thread until it opens again', async () => {
    await pushSlowly(halfOpen, closed)
    expect(posts.map(({ threadTs }) => threadTs)).toEqual([undefined, undefined])
  })

  test('a cycle that ends and begins within one summary continues its thread', async () => {
    pushTogether(open)
    await nextTask()
    pushTogether(halfOpen, closed, open)
    await vi.advanceTimersByTimeAsync(1_000)
    await pushSlowly(halfOpen, closed, open)
    expect(posts.map(({ threadTs, broadcast }) => [threadTs, broadcast])).toEqual([
      [undefined, false],
      ['ts1', true],
      ['ts1', false],
      ['ts1', true],
      [undefined, false],
    ])
  })

  test('a summary can start a thread', async () => {
    pushTogether(signal('closed->disabled'))
    await nextTask()
    pushTogether(signal('disabled->closed'), open)
    await vi.advanceTimersByTimeAsync(1_000)
    await pushSlowly(halfOpen)
    expect(posts.map(({ threadTs }) => threadTs)).toEqual([undefined, undefined, 'ts2'])
  })
})

describe('rate limit', () => {
  test('summarizes signals that arrive within a second of a message', async () => {
    pushTogether(open)
    await nextTask()
    pushTogether(halfOpen, reopened)
    await vi.advanceTimersByTimeAsync(500)
    pushTogether(halfOpen)
    await vi.advanceTimersByTimeAsync(499)
    expect(posts.map(({ transitions }) => transitions)).toEqual([['closed->open']])
    await vi.advanceTimersByTimeAsync(1)
    expect(posts.slice(1)).toEqual([
      {
        transitions: ['open->half_open', 'half_open->open', 'open->half_open'],
        threadTs: 'ts1',
        broadcast: false,
      },
    ])
    pushTogether(closed)
    await vi.advanceTimersByTimeAsync(3_999)
    expect(posts).toHaveLength(2)
    await vi.advanceTimersByTimeAsync(1)
    expect(posts.slice(2)).toEqual([
      { transitions: ['half_open->closed'], threadTs: 'ts1', broadcast: true },
    ])
  })

  test('posts at most once a second while a circuit flaps, and loses no transition', async () => {
    const cycle = [open, halfOpen, closed]
    const perSecond = new Map<number, number>()
    const start = Date.now()
    let pushed = 0
    respond = async () => {
      const second = Math.floor((Date.now() - start) / 1_000)
      perSecond.set(second, (perSecond.get(second) ?? 0) + 1)
      return `ts${posts.length}`
    }
    while (Date.now() - start < 60_000) {
      pushTogether(cycle[pushed++ % 3] ?? open)
      await vi.advanceTimersByTimeAsync(170)
    }
    await channel.flush()
    expect(Math.max(...perSecond.values())).toBe(1)
    expect(posts.length).toBeLessThan(8)
    expect(posts.filter(({ threadTs }) => threadTs === undefined).length).toBeLessThan(5)
    expect(posts.flatMap(({ transitions }) => transitions)).toHaveLength(pushed)
    expect(errors).toEqual([])
  })

  test('the second starts when Slack has responded', async () => {
    respond = () => new Promise((resolve) => setTimeout(resolve, 5_000, 'ts1'))
    pushTogether(open)
    await nextTask()
    pushTogether(halfOpen)
    await vi.advanceTimersByTimeAsync(5_999)
    expect(posts).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(1)
    expect(posts).toHaveLength(2)
  })
})

describe('the interval', () => {
  test('is a second again after a time without transitions', async () => {
    pushTogether(open)
    await nextTask()
    pushTogether(halfOpen)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(posts).toHaveLength(2)
    pushTogether(reopened)
    await nextTask()
    pushTogether(halfOpen)
    await vi.advanceTimersByTimeAsync(1_000)
    expect(posts).toHaveLength(4)
  })

  test('does not grow by signals that flush() posts', async () => {
    pushTogether(open)
    await nextTask()
    for (const each of [halfOpen, reopened, halfOpen, closed]) {
      pushTogether(each)
      await channel.flush()
    }
    pushTogether(open)
    await vi.advanceTimersByTimeAsync(1_000)
    expect(posts).toHaveLength(6)
  })
})

describe('the interval of a circuit', () => {
  /** Posts two messages, the second by flush() `ms` after the first; then another signal waits. */
  async function flushAfter(ms: number): Promise<void> {
    pushTogether(open)
    await vi.advanceTimersByTimeAsync(ms)
    pushTogether(halfOpen)
    await channel.flush()
    pushTogether(reopened)
  }

  test('grows from its first value after flush() posted a signal that waited', async () => {
    await flushAfter(500)
    await vi.advanceTimersByTimeAsync(1_100)
    expect(posts).toHaveLength(3)
    pushTogether(halfOpen)
    await vi.advanceTimersByTimeAsync(3_899)
    expect(posts).toHaveLength(3)
    await vi.advanceTimersByTimeAsync(1)
    expect(posts).toHaveLength(4)
  })

  test('restarts with a message that flush() posts', async () => {
    await flushAfter(800)
    await vi.advanceTimersByTimeAsync(999)
    expect(posts).toHaveLength(2)
    await vi.advanceTimersByTimeAsync(1)
    expect(posts).toHaveLength(3)
  })
})

describe('several circuits', () => {
  const push = (count: number) => {
    const threads = Array.from({ length: count }, () => new SlackThread())
    for (const each of threads) void channel.push(each, open)
    return threads
  }

  test('up to three have messages of their own, one a second', async () => {
    push(3)
    await nextTask()
    expect(posts).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(999)
    expect(posts).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(1)
    expect(posts).toHaveLength(2)
    await vi.advanceTimersByTimeAsync(1_000)
    expect(posts).toHaveLength(3)
  })

  test('four and more share a digest, and each begins its thread there', async () => {
    const [first, second] = push(40)
    await nextTask()
    expect(posts.map(({ transitions }) => transitions.length)).toEqual([40])
    await vi.advanceTimersByTimeAsync(60_000)
    for (const each of [first, second]) if (each) void channel.push(each, closed)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(posts.map(({ threadTs }) => threadTs)).toEqual([undefined, 'ts1', 'ts1'])
  })

  test('the first message after a pause is not delayed by other circuits', async () => {
    push(1)
    await vi.advanceTimersByTimeAsync(1_000)
    push(1)
    await nextTask()
    expect(posts).toHaveLength(2)
  })
})

test('a message that fails starts no thread; the next one does', async () => {
  respond = async () => {
    throw new Error('no network')
  }
  await channel.push(thread, open)
  expect(errors).toEqual([new Error('no network')])
  respond = async () => `ts${posts.length}`
  await vi.advanceTimersByTimeAsync(1_000)
  await pushSlowly(halfOpen, closed)
  expect(posts.map(({ threadTs }) => threadTs)).toEqual([undefined, undefined, 'ts2'])
})

test('keeps the newest 1,000 signals while Slack does not answer', async () => {
  const response = new Deferred<string>()
  respond = () => response.promise
  pushTogether(open)
  await nextTask()
  pushTogether(halfOpen, ...Array(1_000).fill(reopened))
  response.resolve('ts1')
  await channel.flush()
  expect(posts[1]?.transitions).toHaveLength(1_000)
  expect(posts[1]?.transitions).not.toContain('open->half_open')
})

test('push() during a post waits for that post, so that the circuit sends no more signals', async () => {
  const response = new Deferred<string>()
  respond = () => response.promise
  const first = channel.push(thread, open)
  await nextTask()
  const second = channel.push(thread, halfOpen)
  let settled = 0
  void first?.then(() => settled++)
  void second?.then(() => settled++)
  await vi.advanceTimersByTimeAsync(10_000)
  expect(settled).toBe(0)
  expect(posts).toHaveLength(1)
  response.resolve('ts1')
  await Promise.all([first, second])
  expect(settled).toBe(2)
})

describe('flush', () => {
  test('posts pending signals at once and waits until they are posted', async () => {
    pushTogether(open)
    await nextTask()
    pushTogether(halfOpen, closed)
    await channel.flush()
    expect(posts.map(({ transitions }) => transitions)).toEqual([
      ['closed->open'],
      ['open->half_open', 'half_open->closed'],
    ])
    await channel.flush()
    expect(posts).toHaveLength(2)
    expect(vi.getTimerCount()).toBeGreaterThan(0)
    await vi.advanceTimersByTimeAsync(10_000)
    expect(posts).toHaveLength(2)
    expect(vi.getTimerCount()).toBe(0)
  })

  test('waits for the message that is being posted', async () => {
    const response = new Deferred<string>()
    respond = () => response.promise
    pushTogether(open)
    await nextTask()
    let flushed = false
    const flush = channel.flush().then(() => {
      flushed = true
    })
    await nextTask()
    expect(flushed).toBe(false)
    response.resolve('ts1')
    await flush
    expect(posts).toHaveLength(1)
  })

  test('resolves at once when there are no signals', async () => {
    await channel.flush()
    expect(posts).toEqual([])
  })
})
