import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { SlackPoster } from './slack-poster.ts'
import type { MessageTarget } from './slack-thread.ts'

const toChannel: MessageTarget = { threadTs: undefined, broadcast: false }
const reply: MessageTarget = { threadTs: '1.1', broadcast: true }

/** The errors of the next requests, one each. Later requests succeed. */
let faults: unknown[]
let targets: MessageTarget[]

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  faults = []
  targets = []
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
})

const poster = (retries: boolean) =>
  new SlackPoster({
    send: async (_message, target) => {
      targets.push(target)
      if (faults.length > 0) throw faults.shift()
      return `2.${targets.length}`
    },
    token: 'xoxb-1',
    retries,
  })

/** An error of Slack's client. */
const slackError = (code: string, rest: object = {}, message: string = code) =>
  Object.assign(new Error(message), { code: `slack_webapi_${code}_error`, ...rest })

/** The message of the error of a request that fails without a retry. */
async function messageFor(error: unknown): Promise<string> {
  faults.push(error)
  const [result] = await Promise.allSettled([poster(false).post({ text: 'x' }, toChannel)])
  if (result.status === 'fulfilled') throw new Error('the message was posted')
  return String(result.reason)
}

describe('a retry', () => {
  test.each([
    slackError('request'),
    slackError('http'),
    slackError('rate_limited', { retryAfter: 1 }),
    new TypeError('terminated'),
    'a text',
    ...['internal_error', 'fatal_error', 'service_unavailable', 'request_timeout'].map((error) =>
      slackError('platform', { data: { error } }, error),
    ),
  ])('follows %s', async (error) => {
    faults.push(error)
    const posted = poster(true).post({ text: 'x' }, toChannel)
    await vi.advanceTimersByTimeAsync(1_000)
    await expect(posted).resolves.toEqual({ ts: '2.2', isReply: false })
  })

  test.each([
    slackError('platform', { data: { error: 'invalid_auth' } }),
    slackError('platform'),
    slackError('file_upload', { data: { error: 'internal_error' } }),
  ])('does not follow %s', async (error) => {
    faults.push(error)
    await expect(poster(true).post({ text: 'x' }, toChannel)).rejects.toThrow(
      `SlackListener: message not posted: ${error.message}`,
    )
    expect(targets).toHaveLength(1)
  })

  test('keeps the process alive only while the poster is held', async () => {
    const timers = vi.spyOn(globalThis, 'setTimeout')
    const hasRefs = () => timers.mock.results.map(({ value }) => value.hasRef())
    faults.push(slackError('request'), slackError('request'))
    const held = poster(true)
    const posted = held.post({ text: 'x' }, toChannel)
    await vi.advanceTimersByTimeAsync(0)
    expect(hasRefs()).toEqual([false])
    const release = held.hold()
    expect(hasRefs()).toEqual([true])
    await vi.advanceTimersByTimeAsync(1_000)
    expect(hasRefs().at(-1)).toBe(true)
    release()
    expect(hasRefs().at(-1)).toBe(false)
    await vi.advanceTimersByTimeAsync(2_000)
    await posted
  })
})

describe('a reply', () => {
  test('that Slack refuses goes to the channel', async () => {
    faults.push(slackError('platform', { data: { error: 'thread_not_found' } }))
    await expect(poster(false).post({ text: 'x' }, reply)).resolves.toEqual({
      ts: '2.2',
      isReply: false,
    })
    expect(targets).toStrictEqual([reply, toChannel])
  })

  test('is not repeated in the channel after another error', async () => {
    faults.push(slackError('request'))
    await expect(poster(false).post({ text: 'x' }, reply)).rejects.toThrow('request')
    expect(targets).toEqual([reply])
  })

  test('that Slack refuses in the channel too is an error without the token', async () => {
    const refused = slackError('platform', {}, 'refused with xoxb-1')
    faults.push(refused, refused)
    await expect(poster(false).post({ text: 'x' }, reply)).rejects.toMatchObject({
      message: 'SlackListener: message not posted: refused with [token]',
      code: 'slack_webapi_platform_error',
    })
  })

  test('that is accepted has the time stamp of Slack', async () => {
    await expect(poster(false).post({ text: 'x' }, reply)).resolves.toEqual({
      ts: '2.1',
      isReply: true,
    })
  })
})

describe('the message of an error', () => {
  const prefix = 'Error: SlackListener: message not posted:'

  test('does not repeat a detail that it contains already', async () => {
    const data = { errors: ['invalid_blocks', 'no text'] }
    expect(await messageFor(slackError('platform', { data }, 'refused: invalid_blocks'))).toBe(
      `${prefix} refused: invalid_blocks; no text`,
    )
  })

  test('has at most five details, and only texts', async () => {
    const messages = [1, { a: 1 }, 'one', 'two', null, 'three', 'four', 'five', 'six']
    const data = { response_metadata: { messages } }
    expect(await messageFor(slackError('platform', { data }, 'refused'))).toBe(
      `${prefix} refused; one; two; three; four; five`,
    )
  })

  test('has the cause of the original error', async () => {
    const original = new Error('fetch failed', { cause: new Error('ECONNREFUSED') })
    expect(await messageFor(slackError('request', { original }, 'request failed'))).toBe(
      `${prefix} request failed; ECONNREFUSED`,
    )
  })

  test.each([
    ['empty', new Error('')],
    ['no error', { message: 'of an object' }],
  ])('leaves out a cause that is %s', async (_, cause) => {
    expect(await messageFor(slackError('request', { original: { cause } }, 'failed'))).toBe(
      `${prefix} failed`,
    )
  })
})
