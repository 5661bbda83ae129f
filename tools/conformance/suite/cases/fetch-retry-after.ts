import type { CreateFetchOptions } from '@fluxgate/core/fetch'
import { SubjectFetchRig } from '@fluxgate/testkit/subject-fetch-rig'
import { assert } from 'chai'
import { type ConformanceCase, cases, table } from '../conformance-case.ts'

const url = 'https://api.example/'
/** The delay of the rig's schedule. */
const COOLDOWN_MS = 1_000

interface Row {
  says: string
  status?: number
  retryAfter: string
  /** The Date header. */
  date?: string
  options?: Pick<CreateFetchOptions, 'maxRetryAfterMs'>
  opensForMs: number
}

// a ManualClock starts at 2026-01-01T00:00:00Z, a Thursday
const rows: Row[] = [
  { says: 'seconds', retryAfter: '120', opensForMs: 120_000 },
  { says: 'seconds on a 429', status: 429, retryAfter: '7', opensForMs: 7_000 },
  { says: 'no seconds at all', retryAfter: '0', opensForMs: COOLDOWN_MS },
  { says: 'seconds between spaces', retryAfter: ' 5 ', opensForMs: 5_000 },
  { says: 'a date', retryAfter: 'Thu, 01 Jan 2026 00:01:30 GMT', opensForMs: 90_000 },
  {
    says: 'a date of RFC 850',
    retryAfter: 'Thursday, 01-Jan-26 00:01:30 GMT',
    opensForMs: 90_000,
  },
  { says: 'a date of asctime', retryAfter: 'Thu Jan  1 00:01:30 2026', opensForMs: 90_000 },
  {
    says: 'a date that is past',
    retryAfter: 'Wed, 31 Dec 2025 23:59:00 GMT',
    opensForMs: COOLDOWN_MS,
  },
  {
    says: 'a date, by the server’s own clock',
    retryAfter: 'Fri, 02 Jan 2026 08:00:30 GMT',
    date: 'Fri, 02 Jan 2026 08:00:00 GMT',
    opensForMs: 30_000,
  },
  { says: 'more than five minutes', retryAfter: '86400', opensForMs: 300_000 },
  {
    says: 'more than maxRetryAfterMs',
    retryAfter: '86400',
    options: { maxRetryAfterMs: 60_000 },
    opensForMs: 60_000,
  },
  {
    says: 'a date beyond maxRetryAfterMs',
    retryAfter: 'Thu, 01 Jan 2026 09:00:00 GMT',
    options: { maxRetryAfterMs: 60_000 },
    opensForMs: 60_000,
  },
  { says: 'nothing that can be read', retryAfter: 'soon', opensForMs: COOLDOWN_MS },
  { says: 'negative seconds', retryAfter: '-5', opensForMs: COOLDOWN_MS },
  { says: 'a fraction', retryAfter: '1.5', opensForMs: 1_500 },
  { says: 'a year alone', retryAfter: 'Jan 2026', opensForMs: COOLDOWN_MS },
  { says: 'seconds on a 500', status: 500, retryAfter: '120', opensForMs: COOLDOWN_MS },
  { says: 'seconds on a 502', status: 502, retryAfter: '120', opensForMs: COOLDOWN_MS },
]

function answering(row: Pick<Row, 'status' | 'retryAfter' | 'date'>): typeof fetch {
  const { status = 503, retryAfter, date } = row
  return async () =>
    new Response(null, { status, headers: { 'retry-after': retryAfter, ...(date && { date }) } })
}

const rowCases = table(
  '6. Retry-After',
  rows,
  ({ says, opensForMs }) => `Retry-After with ${says} opens for ${opensForMs} ms`,
  async (row, subject) => {
    const rig = new SubjectFetchRig(subject, { fetch: answering(row), ...row.options })
    await rig.fetch(url)
    const { retryAt = Number.NaN } = rig.registry.get('https://api.example').snapshot()
    assert.strictEqual(retryAt - rig.clock.timestamp(), row.opensForMs)
    assert.strictEqual(rig.signals[0]?.retryAt, retryAt)
  },
)

const useCases = cases('6. Retry-After', {
  'a Retry-After before the opening counts from when it came': async (s) => {
    const rig = new SubjectFetchRig(s, {
      fetch: answering({ retryAfter: '120' }),
      defaults: { tripper: s.core.failureStreak(2) },
    })
    await rig.fetch(url)
    const circuit = rig.registry.get('https://api.example')
    assert.strictEqual(circuit.state, 'closed')
    rig.clock.advance(50_000)
    await circuit.call(() => Promise.reject(new Error('down'))).catch(() => {})
    assert.strictEqual(circuit.state, 'open')
  },
  'a Retry-After of a failed probe sets the delay': async (s) => {
    const rig = new SubjectFetchRig(s, { fetch: answering({ retryAfter: '120' }) })
    await rig.fetch(url)
    rig.clock.advance(120_000)
    await rig.fetch(url)
    const { state, reopens, retryAt } = rig.registry.get('https://api.example').snapshot()
    assert.deepEqual([state, reopens], ['open', 1])
    assert.strictEqual(retryAt, rig.clock.timestamp() + 120_000)
  },
  'the caller receives the response with a Retry-After unchanged': async (s) => {
    const rig = new SubjectFetchRig(s, { fetch: answering({ retryAfter: '120' }) })
    assert.strictEqual((await rig.fetch(url)).headers.get('retry-after'), '120')
  },
})

export const retryAfterCases: readonly ConformanceCase[] = [...rowCases, ...useCases]
