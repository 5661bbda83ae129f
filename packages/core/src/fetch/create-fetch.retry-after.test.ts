import { FetchRig } from '@fluxgate/testkit/fetch-rig'
import { describe, expect, inject, test } from 'vitest'
import { failureStreak, retryNever } from '../index.ts'
import { ManualClock } from '../testing/index.ts'
import type { CreateFetchOptions } from './create-fetch.ts'

const [origin] = inject('origins')
const url = 'https://api.example/'
const COOLDOWN_MS = 1_000

type Answer = [status: number, retryAfter?: string, date?: string]

/** A guarded fetch whose service gives these answers, one after the other. */
function answering(answers: Answer[], options: ConstructorParameters<typeof FetchRig>[0] = {}) {
  const rig = new FetchRig({
    ...options,
    fetch: async () => {
      const [status, retryAfter, date] = answers.shift() ?? [200]
      return new Response(null, {
        status,
        headers: {
          ...(retryAfter !== undefined && { 'retry-after': retryAfter }),
          ...(date !== undefined && { date }),
        },
      })
    },
  })
  return Object.assign(rig, {
    /** Milliseconds from now to the next probe, as both the snapshot and the last signal say. */
    async opensFor(): Promise<number | undefined> {
      await rig.fetch(url)
      const { retryAt } = rig.registry.get('https://api.example').snapshot()
      expect(rig.signals.at(-1)).toMatchObject({ newState: 'open' })
      expect(rig.signals.at(-1)?.retryAt).toBe(retryAt)
      return retryAt === undefined ? undefined : retryAt - rig.clock.timestamp()
    },
  })
}

const httpDate = (timestamp: number) => new Date(timestamp).toUTCString()
const now = new ManualClock().timestamp()

test.each([429, 503])(
  'seconds on a %i that opens are when the circuit may probe',
  async (status) => {
    const rig = answering([[status, '120']])
    expect(await rig.opensFor()).toBe(120_000)
    rig.clock.advance(119_999)
    await expect(rig.fetch(url)).rejects.toMatchObject({
      name: 'CallNotPermittedError',
      retryAfterMs: 1,
    })
    rig.clock.advance(1)
    expect((await rig.fetch(url)).status).toBe(200)
  },
)

describe('a date', () => {
  test("is measured by the circuit's clock", async () => {
    expect(await answering([[503, httpDate(now + 90_000)]]).opensFor()).toBe(90_000)
  })

  test("is measured by the server's own clock where it tells its time", async () => {
    const wrong = now + 86_400_000
    const rig = answering([[503, httpDate(wrong + 90_000), httpDate(wrong)]])
    expect(await rig.opensFor()).toBe(90_000)
  })

  test('that is past means at once', async () => {
    expect(await answering([[503, httpDate(now - 90_000)]]).opensFor()).toBe(0)
  })
})

test.each([
  ['5 minutes by default', {}, 300_000],
  ['maxRetryAfterMs', { maxRetryAfterMs: 7_500 }, 7_500],
])('is capped: %s', async (_, options: CreateFetchOptions, cap) => {
  for (const asked of ['301', '9'.repeat(30), '9'.repeat(400), httpDate(now + 86_400_000)]) {
    expect(await answering([[503, asked]], options).opensFor()).toBe(cap)
  }
})

test.each([500, 502, 504])('means nothing on a %i', async (status) => {
  expect(await answering([[status, '120']]).opensFor()).toBe(COOLDOWN_MS)
})

test.each([200, 404])('means nothing on a %i before the failure that opens', async (status) => {
  const rig = answering([[status, '120'], [500]])
  expect((await rig.fetch(url)).status).toBe(status)
  expect(await rig.opensFor()).toBe(COOLDOWN_MS)
})

test.each(['', 'soon', '-5', '1.5', '1e3', '2026-01-01T00:10:00Z', '5 seconds', 'May 5'])(
  'means nothing when it is malformed: %j',
  async (header) => {
    expect(await answering([[503, header]]).opensFor()).toBe(COOLDOWN_MS)
  },
)

test('counts only from the response that opens, not from one before', async () => {
  const answers: Answer[] = [[503, '120'], [503]]
  const rig = answering(answers, { defaults: { tripper: failureStreak(2) } })
  await rig.fetch(url)
  expect(await rig.opensFor()).toBe(COOLDOWN_MS)
})

test('and from the one that opens again', async () => {
  const rig = answering([[503], [503, '60'], [503, '0'], [503]])
  for (const ms of [COOLDOWN_MS, 60_000, 0, COOLDOWN_MS]) {
    expect(await rig.opensFor()).toBe(ms)
    rig.clock.advance(ms)
  }
})

test('retryNever() is never', async () => {
  const rig = answering([[503, '1']], { defaults: { retry: retryNever() } })
  expect(await rig.opensFor()).toBeUndefined()
  rig.clock.advance(1e9)
  await expect(rig.fetch(url)).rejects.toThrow('is open')
})

test.each([
  ['seconds', () => '120'],
  ['a date', (date: string) => httpDate(Date.parse(date) + 120_000)],
])('from a real server: %s', async (_, retryAfter) => {
  const rig = new FetchRig()
  const date = httpDate(Date.UTC(2030, 0, 1))
  const headers = new URLSearchParams({ 'retry-after': retryAfter(date), date })
  const response = await rig.fetch(`${origin}/answer?status=503&${headers}`)
  expect(response.status).toBe(503)
  expect(rig.signals).toMatchObject([{ retryAt: rig.clock.timestamp() + 120_000 }])
})
