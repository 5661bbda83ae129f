import { afterEach, expect, test, vi } from 'vitest'
import { BackendApi } from '../server/backend-api.ts'
import { slackAccount } from '../server/slack-account.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

test('uses the local stand-in unless both variables are set, and throws for only one', () => {
  expect(slackAccount({})).toBeUndefined()
  expect(slackAccount({ SLACK_BOT_TOKEN: '', SLACK_CHANNEL: '' })).toBeUndefined()
  expect(slackAccount({ SLACK_BOT_TOKEN: 'xoxb-1', SLACK_CHANNEL: '#ops' })).toEqual({
    token: 'xoxb-1',
    channel: '#ops',
  })
  expect(() => slackAccount({ SLACK_BOT_TOKEN: 'xoxb-1' })).toThrow('SLACK_CHANNEL is missing')
  expect(() => slackAccount({ SLACK_CHANNEL: '#ops' })).toThrow('SLACK_BOT_TOKEN is missing')
})

test('posts to the real Slack with an account, and does not list the messages', async () => {
  const posted: string[] = []
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
    const { authorization } = Object.fromEntries(new Headers(init?.headers))
    const form = new URLSearchParams(String(init?.body))
    posted.push(
      `${input} ${authorization} ${form.get('channel')} ${form.get('text')?.slice(0, 40)}`,
    )
    return Response.json({ ok: true, ts: '1.1' })
  })
  const devtools = { url: 'http://127.0.0.1:2/#token', port: 2, close: async () => {} }
  const account = { token: 'xoxb-1', channel: 'C0123' }
  const api = new BackendApi('http://127.0.0.1:1', () => 'http://127.0.0.1:1', devtools, account)
  expect(api.execute({ circuit: 'catalog', transition: 'trip' }).slack).toEqual({
    channel: 'C0123',
  })
  await api.close()
  expect(posted).toEqual([
    'https://slack.com/api/chat.postMessage Bearer xoxb-1 C0123 :red_circle: *catalog* closed → open\nRea',
  ])
})
