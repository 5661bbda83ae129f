import { afterEach, describe, expect, test, vi } from 'vitest'
import { reportOf } from '../../test/redis/report-of.ts'
import type { RedisConnection } from './redis-connection.ts'
import { RedisStore } from './redis-store.ts'

const SCRIPT = { source: 'return {}', sha: '0' }
const TIMEOUT_MS = 300

/** A cluster with a node for each circuit, whose clocks differ by hours. */
class Cluster implements RedisConnection {
  readonly isCluster = true
  readonly isReady = true
  readonly isLazy = false
  readonly received: string[] = []
  readonly clocks: Record<string, number> = { a: 5_000, b: 3_605_000 }
  /** The circuit whose node never answers. */
  hanging: string | undefined

  async send(firstKey: string, args: string[]): Promise<unknown> {
    const [name = ''] = /(?<=\{)\w+/.exec(firstKey) ?? []
    if (name === this.hanging) return new Promise(() => {})
    const [, , count, ...rest] = args
    const [deadline, , , ...reports] = rest.slice(Number(count))
    const now = this.clocks[name] ?? 0
    if (Number(deadline) > 0 && now > Number(deadline)) return [now]
    this.received.push(...reports)
    return [now, ...reports.map(() => JSON.stringify({ name }))]
  }

  subscribe(): () => void {
    return () => {}
  }
}

describe('a cluster whose nodes have clocks that differ', () => {
  test('receives each report in time', async () => {
    const cluster = new Cluster()
    const store = new RedisStore(cluster, SCRIPT, {
      prefix: 'shop',
      timeoutMs: TIMEOUT_MS,
      now: () => 1_000,
    })
    const reports = ['a', 'b', 'a'].map((name) => reportOf({ name }))
    for (let round = 1; round <= 2; round++) {
      const answers = await store.exchange('me', reports)
      expect(answers).toEqual([{ name: 'a' }, { name: 'b' }, { name: 'a' }])
      expect(cluster.received).toHaveLength(3 * round)
    }
  })

  test('recovers when a circuit moves to a node with an earlier clock, and back', async () => {
    const cluster = new Cluster()
    const options = { prefix: 'shop', timeoutMs: TIMEOUT_MS, now: () => 1_000 }
    const store = new RedisStore(cluster, SCRIPT, options)
    const reports = [reportOf({ name: 'a' })]
    await store.exchange('me', reports)
    cluster.clocks['a'] = 99_000
    const [late] = await store.exchange('me', reports)
    expect(String(late)).toContain('Redis received the command too late')
    expect(await store.exchange('me', reports)).toEqual([{ name: 'a' }])
  })
})

describe('a cluster with a node that does not answer', () => {
  afterEach(() => void vi.useRealTimers())

  test('gives the answers of the other nodes before the time limit', async () => {
    vi.useFakeTimers()
    const cluster = new Cluster()
    cluster.hanging = 'a'
    const options = { prefix: 'shop', timeoutMs: TIMEOUT_MS, now: () => 1_000 }
    const store = new RedisStore(cluster, SCRIPT, options)
    let answers: readonly unknown[] = []
    void store
      .exchange(
        'me',
        ['a', 'b'].map((name) => reportOf({ name })),
      )
      .then((received) => {
        answers = received
      })
    await vi.advanceTimersByTimeAsync(TIMEOUT_MS - 1)
    expect(answers).toEqual([
      new Error('a node of the Redis Cluster does not answer'),
      { name: 'b' },
    ])
  })
})
