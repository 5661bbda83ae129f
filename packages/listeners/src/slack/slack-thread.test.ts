import type { Signal } from '@fluxgate/core'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { signal } from '../../test/signals.ts'
import { SlackThread } from './slack-thread.ts'

interface Post {
  moves: string[]
  threadTs: string | undefined
  broadcast: boolean
}

let posts: Post[]
let errors: unknown[]
/** How Slack answers: at once with `ts1`, `ts2`, …, unless a test says otherwise. */
let answer: () => Promise<string>
let thread: SlackThread

beforeEach(() => {
  vi.useFakeTimers()
  posts = []
  errors = []
  answer = async () => `ts${posts.length}`
  thread = new SlackThread({
    post(last, heldBack, place) {
      const moves = [...heldBack, last].map(({ oldState, newState }) => `${oldState}->${newState}`)
      posts.push({ moves, ...place })
      return answer()
    },
    report: (error) => errors.push(error),
  })
})
afterEach(() => {
  vi.useRealTimers()
})

/** Tells them a minute apart, so that each is a message of its own. */
async function tellSlowly(...signals: Signal[]): Promise<void> {
  for (const each of signals) {
    await thread.tell(each)
    await vi.advanceTimersByTimeAsync(60_000)
  }
}

/** Tells them all at once. */
function tellFast(...signals: Signal[]): void {
  for (const each of signals) thread.tell(each)?.catch((error: unknown) => errors.push(error))
}

const open = signal('closed->open')
const halfOpen = signal('open->half_open')
const reopened = signal('half_open->open')
const closed = signal('half_open->closed')

test('a failure cycle is one thread; its end is shown in the channel, and the next is a new one', async () => {
  await tellSlowly(open, halfOpen, reopened, halfOpen, closed, open, halfOpen)
  expect(posts).toEqual([
    { moves: ['closed->open'], threadTs: undefined, broadcast: false },
    { moves: ['open->half_open'], threadTs: 'ts1', broadcast: false },
    { moves: ['half_open->open'], threadTs: 'ts1', broadcast: false },
    { moves: ['open->half_open'], threadTs: 'ts1', broadcast: false },
    { moves: ['half_open->closed'], threadTs: 'ts1', broadcast: true },
    { moves: ['closed->open'], threadTs: undefined, broadcast: false },
    { moves: ['open->half_open'], threadTs: 'ts6', broadcast: false },
  ])
})

test('forced_open opens a thread; disabled and metrics_only end one and are no recovery', async () => {
  const shadow = signal('metrics_only->metrics_only')
  await tellSlowly(
    signal('closed->forced_open'),
    signal('forced_open->disabled'),
    signal('disabled->forced_open'),
    signal('forced_open->metrics_only'),
    shadow,
    signal('metrics_only->closed'),
  )
  expect(posts).toEqual([
    { moves: ['closed->forced_open'], threadTs: undefined, broadcast: false },
    { moves: ['forced_open->disabled'], threadTs: 'ts1', broadcast: false },
    { moves: ['disabled->forced_open'], threadTs: undefined, broadcast: false },
    { moves: ['forced_open->metrics_only'], threadTs: 'ts3', broadcast: false },
    { moves: ['metrics_only->metrics_only'], threadTs: undefined, broadcast: false },
    { moves: ['metrics_only->closed'], threadTs: undefined, broadcast: true },
  ])
})

test('one message a second: what comes in between is held back and summed up', async () => {
  tellFast(open, halfOpen, reopened)
  await vi.advanceTimersByTimeAsync(500)
  tellFast(halfOpen)
  await vi.advanceTimersByTimeAsync(499)
  expect(posts.map(({ moves }) => moves)).toEqual([['closed->open']])
  await vi.advanceTimersByTimeAsync(1)
  expect(posts.slice(1)).toEqual([
    {
      moves: ['open->half_open', 'half_open->open', 'open->half_open'],
      threadTs: 'ts1',
      broadcast: false,
    },
  ])
  tellFast(closed)
  expect(posts).toHaveLength(2)
  await vi.advanceTimersByTimeAsync(1_000)
  expect(posts.slice(2)).toEqual([
    { moves: ['half_open->closed'], threadTs: 'ts1', broadcast: true },
  ])
})

test('a minute of flapping is at most one message a second, and no transition is lost', async () => {
  const cycle = [open, halfOpen, closed]
  const perSecond = new Map<number, number>()
  const start = Date.now()
  let told = 0
  answer = async () => {
    const second = Math.floor((Date.now() - start) / 1_000)
    perSecond.set(second, (perSecond.get(second) ?? 0) + 1)
    return `ts${posts.length}`
  }
  while (Date.now() - start < 60_000) {
    tellFast(cycle[told++ % 3] ?? open)
    await vi.advanceTimersByTimeAsync(170)
  }
  await thread.flush()
  expect(Math.max(...perSecond.values())).toBe(1)
  expect(posts.flatMap(({ moves }) => moves)).toHaveLength(told)
  expect(errors).toEqual([])
})

test('the second counts from the end of a message, however long Slack takes', async () => {
  answer = () => new Promise((resolve) => setTimeout(resolve, 5_000, 'ts1'))
  tellFast(open, halfOpen)
  await vi.advanceTimersByTimeAsync(5_999)
  expect(posts).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(1)
  expect(posts).toHaveLength(2)
})

test('a cycle that ended and began anew within a summary goes on in its thread, shown in the channel', async () => {
  tellFast(open, halfOpen, closed, open)
  await vi.advanceTimersByTimeAsync(1_000)
  await tellSlowly(halfOpen, closed, open)
  expect(posts.map(({ threadTs, broadcast }) => [threadTs, broadcast])).toEqual([
    [undefined, false],
    ['ts1', true],
    ['ts1', false],
    ['ts1', true],
    [undefined, false],
  ])
})

test('a summary can open a thread', async () => {
  tellFast(signal('closed->disabled'), signal('disabled->closed'), open)
  await vi.advanceTimersByTimeAsync(1_000)
  await tellSlowly(halfOpen)
  expect(posts.map(({ threadTs }) => threadTs)).toEqual([undefined, undefined, 'ts2'])
})

test('whoever waits for a message hears of its failure; the next signal goes its way', async () => {
  answer = async () => {
    throw new Error('no network')
  }
  await expect(thread.tell(open)).rejects.toThrow('no network')
  expect(errors).toEqual([])
  answer = async () => `ts${posts.length}`
  await vi.advanceTimersByTimeAsync(1_000)
  await tellSlowly(halfOpen, closed)
  // the message that should have opened the thread is lost: the next one does it
  expect(posts.map(({ threadTs }) => threadTs)).toEqual([undefined, undefined, 'ts2'])
})

test('a summary that fails, for which nobody waits, is reported', async () => {
  tellFast(open, halfOpen)
  answer = async () => {
    throw new Error('no network')
  }
  await vi.advanceTimersByTimeAsync(1_000)
  expect(errors).toEqual([new Error('no network')])
})

test('while a message is under way, the next signal waits for it, so that its sender stops too', async () => {
  let arrive = (_ts: string) => {}
  answer = () => new Promise((resolve) => (arrive = resolve))
  const first = thread.tell(open)
  const second = thread.tell(halfOpen)
  let done = 0
  void first?.then(() => done++)
  void second?.then(() => done++)
  await vi.advanceTimersByTimeAsync(10_000)
  expect(done).toBe(0)
  expect(posts).toHaveLength(1)
  arrive('ts1')
  await Promise.all([first, second])
  expect(done).toBe(2)
})

test('flush sends at once what is held back, and waits until it is there', async () => {
  tellFast(open, halfOpen, closed)
  await thread.flush()
  expect(posts.map(({ moves }) => moves)).toEqual([
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

test('flush of a silent thread is done at once', async () => {
  await thread.flush()
  expect(posts).toEqual([])
})

test('who joins an open circuit sees no thread before it opens again', async () => {
  await tellSlowly(halfOpen, closed)
  expect(posts.map(({ threadTs }) => threadTs)).toEqual([undefined, undefined])
})
