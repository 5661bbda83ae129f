import type { Signal } from '@fluxgate/core'
import { Deferred } from '@fluxgate/testkit/deferred'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { signal } from '../../test/signals.ts'
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
let thread: SlackThread

beforeEach(() => {
  vi.useFakeTimers()
  posts = []
  errors = []
  respond = async () => `ts${posts.length}`
  thread = new SlackThread({
    post(last, earlier, target) {
      const transitions = [...earlier, last].map(
        ({ oldState, newState }) => `${oldState}->${newState}`,
      )
      posts.push({ transitions, ...target })
      return respond()
    },
    report: (error) => errors.push(error),
  })
})
afterEach(() => {
  vi.useRealTimers()
})

/** Pushes the signals a minute apart, so that each is posted by itself. */
async function pushSlowly(...signals: Signal[]): Promise<void> {
  for (const each of signals) {
    await thread.push(each)
    await vi.advanceTimersByTimeAsync(60_000)
  }
}

function pushTogether(...signals: Signal[]): void {
  for (const each of signals) thread.push(each)?.catch((error: unknown) => errors.push(error))
}

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
    pushTogether(open, halfOpen, closed, open)
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
    pushTogether(signal('closed->disabled'), signal('disabled->closed'), open)
    await vi.advanceTimersByTimeAsync(1_000)
    await pushSlowly(halfOpen)
    expect(posts.map(({ threadTs }) => threadTs)).toEqual([undefined, undefined, 'ts2'])
  })
})

describe('rate limit', () => {
  test('summarizes signals that arrive within a second of a message', async () => {
    pushTogether(open, halfOpen, reopened)
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
    expect(posts).toHaveLength(2)
    await vi.advanceTimersByTimeAsync(1_000)
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
    await thread.flush()
    expect(Math.max(...perSecond.values())).toBe(1)
    expect(posts.flatMap(({ transitions }) => transitions)).toHaveLength(pushed)
    expect(errors).toEqual([])
  })

  test('the second starts when Slack has responded', async () => {
    respond = () => new Promise((resolve) => setTimeout(resolve, 5_000, 'ts1'))
    pushTogether(open, halfOpen)
    await vi.advanceTimersByTimeAsync(5_999)
    expect(posts).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(1)
    expect(posts).toHaveLength(2)
  })
})

describe('errors', () => {
  test('push() rejects when its message fails; the next message starts the thread', async () => {
    respond = async () => {
      throw new Error('no network')
    }
    await expect(thread.push(open)).rejects.toThrow('no network')
    expect(errors).toEqual([])
    respond = async () => `ts${posts.length}`
    await vi.advanceTimersByTimeAsync(1_000)
    await pushSlowly(halfOpen, closed)
    expect(posts.map(({ threadTs }) => threadTs)).toEqual([undefined, undefined, 'ts2'])
  })

  test('reports a summary that fails', async () => {
    pushTogether(open, halfOpen)
    respond = async () => {
      throw new Error('no network')
    }
    await vi.advanceTimersByTimeAsync(1_000)
    expect(errors).toEqual([new Error('no network')])
  })
})

test('push() during a post waits for that post, so that the circuit sends no more signals', async () => {
  const response = new Deferred<string>()
  respond = () => response.promise
  const first = thread.push(open)
  const second = thread.push(halfOpen)
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
    pushTogether(open, halfOpen, closed)
    await thread.flush()
    expect(posts.map(({ transitions }) => transitions)).toEqual([
      ['closed->open'],
      ['open->half_open', 'half_open->closed'],
    ])
    await thread.flush()
    expect(posts).toHaveLength(2)
    expect(vi.getTimerCount()).toBe(1)
    await vi.advanceTimersByTimeAsync(10_000)
    expect(posts).toHaveLength(2)
    expect(vi.getTimerCount()).toBe(0)
  })

  test('resolves at once when there are no signals', async () => {
    await thread.flush()
    expect(posts).toEqual([])
  })
})
