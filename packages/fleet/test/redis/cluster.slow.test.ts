import { eventually } from '@fluxgate/testkit/eventually'
import { clientKinds, connectCluster } from '@fluxgate/testkit/redis/redis-clients'
import { RedisCluster } from '@fluxgate/testkit/redis/redis-cluster'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connectionOf } from '../../src/redis/redis-connection.ts'
import { RedisStore } from '../../src/redis/redis-store.ts'
import { SCRIPT } from '../../src/redis/script.ts'
import { reportOf } from './report-of.ts'

let cluster: RedisCluster

beforeAll(async () => {
  cluster = await RedisCluster.start()
})
afterAll(() => cluster.stop())

// the hash tag is the text between the first braces
const names = ['payments', 'https://api.example.com', '}', '{', '{}', 'a}b', '{a}b{c}', '%7D', 'é']

describe.each(clientKinds)('in a Redis Cluster, with %s', (kind) => {
  test('each circuit has its keys in one slot, and the circuits are in several slots', async () => {
    const { client, close } = await connectCluster(
      kind,
      cluster.nodes.map(({ port }) => port),
    )
    try {
      const options = { prefix: kind, timeoutMs: 5_000, now: () => performance.now() }
      const store = new RedisStore(connectionOf(client), SCRIPT, options)
      const updates: unknown[] = []
      const unsubscribe = store.subscribe({
        onUpdate: (text) => updates.push(JSON.parse(String(text)).name),
        onGap: () => {},
      })
      const reports = names.map((name) => reportOf({ name, event: 'opened', delayMs: 60_000 }))
      const answers = await store.exchange('a', [...reports, ...reports])
      expect(answers).toMatchObject(
        [...names, ...names].map((name) => ({ name, state: 'open', version: 1 })),
      )
      const sizes = await Promise.all(cluster.nodes.map((node) => node.command('DBSIZE')))
      expect(sizes.filter((size) => Number(size) > 0).length).toBeGreaterThan(1)
      await eventually(async () => {
        await store.exchange('a', [reportOf({ name: 'search', event: 'trip', delayMs: 60_000 })])
        expect(updates).toContain('search')
      })
      unsubscribe()
    } finally {
      await close()
    }
  })

  test('a node that does not answer fails only its own circuits', async () => {
    const { client, close } = await connectCluster(
      kind,
      cluster.nodes.map(({ port }) => port),
    )
    const [node] = cluster.nodes
    try {
      const options = { prefix: `${kind} paused`, timeoutMs: 1_000, now: () => performance.now() }
      const store = new RedisStore(connectionOf(client), SCRIPT, options)
      const reports = Array.from({ length: 30 }, (_, i) => reportOf({ name: `circuit-${i}` }))
      await store.exchange('a', reports)
      node?.pause()
      const tookMs: number[] = []
      for (let round = 0; round < 2; round++) {
        const begun = performance.now()
        const answers = await store.exchange('a', reports)
        tookMs.push(performance.now() - begun)
        const failed = answers.filter((answer) => answer instanceof Error)
        expect(failed.length).toBeGreaterThan(0)
        expect(failed.length).toBeLessThan(30)
      }
      const [first = 0, second = 0] = tookMs
      // the second time, the store does not wait for the node
      expect(second).toBeLessThan(first / 2)
      node?.resume()
      await eventually(async () => {
        const answers = await store.exchange('a', reports)
        expect(answers.filter((answer) => answer instanceof Error)).toEqual([])
      }, 5_000)
    } finally {
      node?.resume()
      await close()
    }
  })
})
