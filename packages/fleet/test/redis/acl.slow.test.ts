import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { eventually } from '@fluxgate/testkit/eventually'
import { type ClientKind, clientKinds, connectClient } from '@fluxgate/testkit/redis/redis-clients'
import { RedisServer } from '@fluxgate/testkit/redis/redis-server'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { connectionOf } from '../../src/redis/redis-connection.ts'
import { RedisStore } from '../../src/redis/redis-store.ts'
import { SCRIPT } from '../../src/redis/script.ts'
import type { Report } from '../../src/store/message.ts'
import { reportOf } from './report-of.ts'

const page = readFileSync(resolve(import.meta.dirname, '../../docs/redis.md'), 'utf8')
const documented = (/ACL SETUSER fluxgate [^`]*/.exec(page)?.[0] ?? '').trim().split(/\s+/)
const commands = documented.filter((word) => word.startsWith('+'))

let server: RedisServer

beforeAll(async () => {
  server = await RedisServer.start()
})
beforeEach(async () => {
  await server.command('FLUSHALL')
  await server.command('SCRIPT', 'FLUSH')
  await server.command('ACL', 'DELUSER', 'fluxgate')
})
afterAll(() => server.stop())

/** How long a test waits for an update that must not arrive. */
const DENIED_MS = 1_000

/** Opens and closes a circuit, and resolves when a subscriber has received both. */
async function runAllCommands(kind: ClientKind, prefix = 'shop', limitMs?: number): Promise<void> {
  const user = { username: 'fluxgate', password: 'secret' }
  const { client, close } = await connectClient(kind, { port: server.port, ...user })
  try {
    const options = { prefix, timeoutMs: 5_000, now: () => performance.now() }
    const store = new RedisStore(connectionOf(client), SCRIPT, options)
    const states: unknown[] = []
    store.subscribe({
      onUpdate: (text) => states.push(JSON.parse(String(text)).state),
      onGap: () => {},
    })
    const channels = () => server.command('PUBSUB', 'CHANNELS')
    await eventually(async () => expect(await channels()).toBe(`${prefix}:1:updates`), limitMs)
    const exchange = async (fields: Partial<Report>) => {
      const [answer] = await store.exchange('a', [reportOf(fields)])
      if (answer instanceof Error) throw answer
    }
    await exchange({ event: 'opened', delayMs: 60_000 })
    await exchange({ event: 'reset' })
    await eventually(() => expect(states).toEqual(['open', 'closed']), limitMs)
    await exchange({ event: 'left' })
  } finally {
    await close()
  }
}

test('the page documents the permissions under test', () => {
  expect(commands).toHaveLength(14)
})

describe.each(clientKinds)('with the documented permissions, %s', (kind) => {
  test('runs all commands', async () => {
    await server.command(...documented)
    await server.command('ACL', 'SETUSER', 'fluxgate', '+info') // else ioredis prints a warning
    await runAllCommands(kind)
  })

  test('cannot use keys and channels of another prefix', async () => {
    await server.command(...documented)
    await server.command('ACL', 'SETUSER', 'fluxgate', '+info')
    await expect(runAllCommands(kind, 'other', DENIED_MS)).rejects.toThrow()
  })
})

test.each(commands)('without %s, something fails', async (command) => {
  await server.command(...documented, '+info')
  await server.command('ACL', 'SETUSER', 'fluxgate', command.replace('+', '-'))
  await expect(runAllCommands('node-redis 5', 'shop', DENIED_MS)).rejects.toThrow()
})
