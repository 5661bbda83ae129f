import { eventually } from '@fluxgate/testkit/eventually'
import fc from '@fluxgate/testkit/fast-check'
import { connectClient } from '@fluxgate/testkit/redis/redis-clients'
import { RedisServer } from '@fluxgate/testkit/redis/redis-server'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { connectionOf } from '../../src/redis/redis-connection.ts'
import { NEVER, REPORT_EVENTS, type ReportEvent } from '../../src/store/message.ts'
import { type RelativeReport, ScriptLockstep } from './script-lockstep.ts'

let lockstep: ScriptLockstep
const cleanups: (() => Promise<void>)[] = []

beforeAll(async () => {
  const server = await RedisServer.start()
  const { client, close } = await connectClient('ioredis 5', { port: server.port })
  cleanups.push(close, () => server.stop())
  lockstep = new ScriptLockstep(connectionOf(client))
  await eventually(async () =>
    expect(await server.command('PUBSUB', 'CHANNELS')).toBe('lockstep:updates'),
  )
})
afterAll(async () => {
  for (const cleanup of cleanups) await cleanup()
})

const oneOf = <T>(...values: readonly T[]) => fc.constantFrom(...values)

// Openings, requests for the lease and verdicts are frequent, so that runs reach the later states.
const report: fc.Arbitrary<RelativeReport> = fc.record({
  name: oneOf('payments', 'payments', 'search'),
  event: fc.oneof(
    { weight: 3, arbitrary: oneOf<ReportEvent>('opened', 'healthy', 'closed', 'none') },
    { weight: 2, arbitrary: oneOf<ReportEvent>(...REPORT_EVENTS) },
  ),
  delayMs: oneOf(0, 50, 1_000, 5_000, NEVER),
  reopens: oneOf(0, 1, 7),
  reason: oneOf('', 'failure rate 60 %', 'Störung "x" \u{1f525}'),
  incarnation: oneOf('same', 'same', 'same', 'other'),
  version: oneOf('same', 'same', 'same', 'older'),
  fence: oneOf('same', 'same', 'same', 'older', 'none'),
  requestsLease: oneOf(true, true, false),
  leaseMs: oneOf(100, 1_000, 3_000),
  leadMs: oneOf(0, 100, 1_000),
  probed: oneOf(0, 1, 3),
  succeeded: oneOf(0, 1),
  quorum: oneOf(1, 2, 0.3, 0.5),
  liveMs: oneOf(2_000, 15_000),
  windowMs: oneOf(0, 0, 1_000, 10_000, 10_001, 2_000, 7_000, 30_000),
  total: oneOf(0, 1, 20),
  failures: oneOf(0, 1, 5),
})

type Step =
  | { readonly kind: 'exchange'; readonly instance: string; readonly reports: RelativeReport[] }
  | { readonly kind: 'lose'; readonly name: string; readonly content: string | undefined }

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 30,
    arbitrary: fc.record({
      kind: oneOf('exchange' as const),
      instance: oneOf('a', 'b', 'c'),
      reports: fc.array(report, { minLength: 1, maxLength: 3 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: oneOf('lose' as const),
      name: oneOf('payments', 'search'),
      content: oneOf(undefined, 'no JSON', '5'),
    }),
  },
)
/** Mostly forward. After a step back, the record contains times of the future. */
const elapsedMs = oneOf(0, 1, 20, 100, 500, 999, 1_000, 3_000, 20_000, -1, -700, -40_000)

test('the script and the transition function agree, and each condition is true and false', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(step, elapsedMs), { minLength: 10, maxLength: 60 }),
      async (steps) => {
        lockstep.begin()
        let now = 1_800_000_000_000
        const updates: unknown[] = []
        for (const [next, ms] of steps) {
          now += ms
          if (next.kind === 'lose') await lockstep.lose(next.name, next.content)
          else {
            const { actual, expected } = await lockstep.apply(next.instance, next.reports, now)
            expect(actual).toEqual(expected.answers)
            updates.push(...expected.updates)
          }
        }
        await eventually(() => expect(lockstep.updates).toHaveLength(updates.length))
        expect(lockstep.updates).toEqual(updates)
      },
    ),
    { numRuns: 150 },
  )
  const [late] = fc.sample(report, 1)
  if (late)
    expect(await lockstep.applyLate('a', late, 1_800_000_000_000)).toEqual([1_800_000_000_000])
  await lockstep.readConditions()
  const missing = [...lockstep.conditions].flatMap(([condition, values]) =>
    ['true', 'false']
      .filter((value) => !values.has(value))
      .map((value) => `${condition}: ${value}`),
  )
  expect(missing).toEqual([])
})
