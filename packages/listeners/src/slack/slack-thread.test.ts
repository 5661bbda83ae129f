import { describe, expect, test } from 'vitest'
import { signal } from '../../test/signals.ts'
import { SlackThread } from './slack-thread.ts'

/** Takes the signals of a message, and reports that Slack accepted it. Returns the thread that it went to. */
function post(thread: SlackThread, ts: string, isReply: boolean): string | undefined {
  thread.push(signal('closed->open'))
  const { target } = thread.take()
  thread.posted({ ts, isReply })
  return target.threadTs
}

describe('the thread of a failure cycle', () => {
  test('continues in the channel after a reply that went there', () => {
    const thread = new SlackThread()
    expect(post(thread, '1', false)).toBeUndefined()
    expect(post(thread, '2', false)).toBe('1')
    expect(post(thread, '3', true)).toBe('2')
    expect(post(thread, '4', true)).toBe('2')
  })

  test('begins with the first message that has a time stamp, also with a reply', () => {
    const thread = new SlackThread()
    expect(post(thread, '1', true)).toBeUndefined()
    expect(post(thread, '2', true)).toBe('1')
  })
})

describe('the interval', () => {
  test('grows while signals wait, up to 30 s', () => {
    const thread = new SlackThread()
    thread.throttled = true
    const intervals = Array.from({ length: 4 }, () => {
      thread.push(signal('closed->open'))
      return thread.nextIntervalMs()
    })
    expect(intervals).toEqual([4_000, 16_000, 30_000, 30_000])
    expect(thread.nextIntervalMs()).toBe(1_000)
  })

  test('does not grow by signals that flush() posted', () => {
    const thread = new SlackThread()
    thread.throttled = true
    thread.push(signal('closed->open'))
    thread.resetWaited()
    expect(thread.nextIntervalMs()).toBe(1_000)
  })
})
