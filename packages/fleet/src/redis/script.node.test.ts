import { createHash } from 'node:crypto'
import { clientKinds, connectClient } from '@fluxgate/testkit/redis/redis-clients'
import { RedisServer } from '@fluxgate/testkit/redis/redis-server'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connectionOf, type RedisConnection } from './redis-connection.ts'
import { runScript } from './run-script.ts'
import { SCRIPT } from './script.ts'

let server: RedisServer
const connections = new Map<string, RedisConnection>()
const closes: (() => Promise<void>)[] = []

beforeAll(async () => {
  server = await RedisServer.start()
  for (const kind of clientKinds) {
    const { client, close } = await connectClient(kind, { port: server.port })
    connections.set(kind, connectionOf(client))
    closes.push(close)
  }
})
afterAll(async () => {
  for (const close of closes) await close()
  await server.stop()
})

test('the hash of the script is that of its text', () => {
  expect(SCRIPT.sha).toBe(createHash('sha1').update(SCRIPT.source).digest('hex'))
})

describe.each(clientKinds)('with %s', (kind) => {
  const run = (...args: string[]) => {
    const connection = connections.get(kind)
    if (connection === undefined) throw new Error(`no connection of ${kind}`)
    return runScript(connection, SCRIPT, [], args)
  }

  test('runs the script by its hash, and by its text when the server does not know it', async () => {
    await server.command('SCRIPT', 'FLUSH')
    await server.command('CONFIG', 'RESETSTAT')
    for (let i = 0; i < 3; i++)
      expect(await run('0', 'me', 'updates')).toEqual([expect.any(Number)])
    const stats = await server.command('INFO', 'commandstats')
    expect(stats).toMatch(/cmdstat_eval:calls=1,/)
    expect(stats).toMatch(/cmdstat_evalsha:calls=3,/)
  })

  test('returns only the time after the deadline', async () => {
    const [now] = (await run('0', 'me', 'updates')) as number[]
    expect(now).toBeGreaterThan(1.7e12)
    expect(await run(String(Number(now) - 1), 'me', 'updates', 'not JSON')).toEqual([
      expect.any(Number),
    ])
  })

  test('returns the error of a report that fails in place of its answer', async () => {
    expect(await run('0', 'me', 'updates', 'not JSON')).toEqual([
      expect.any(Number),
      expect.stringMatching(/invalid token/),
    ])
  })
})
