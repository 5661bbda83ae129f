import { eventually } from '@fluxgate/testkit/eventually'
import { type ClientKind, clientKinds, connectClient } from '@fluxgate/testkit/redis/redis-clients'
import { RedisServer } from '@fluxgate/testkit/redis/redis-server'
import { TcpProxy } from '@fluxgate/testkit/redis/tcp-proxy'
import { sleep } from '@fluxgate/testkit/sleep'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { reportOf } from '../../test/redis/report-of.ts'
import { connectionOf, type RedisConnection } from './redis-connection.ts'
import { RedisStore } from './redis-store.ts'
import { SCRIPT } from './script.ts'

const TIMEOUT_MS = 250

let server: RedisServer
const cleanups: (() => unknown)[] = []

beforeAll(async () => {
  server = await RedisServer.start()
})
beforeEach(async () => {
  await server.command('FLUSHALL')
  await server.command('CONFIG', 'RESETSTAT')
})
afterEach(async () => {
  server.resume()
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})
afterAll(() => server.stop())

async function connect(kind: ClientKind, port = server.port): Promise<RedisConnection> {
  const { client, close } = await connectClient(kind, { port })
  cleanups.push(close)
  return connectionOf(client)
}

async function storeOf(kind: ClientKind): Promise<RedisStore> {
  return storeOn(await connect(kind))
}

function storeOn(connection: RedisConnection): RedisStore {
  const now = () => performance.now()
  return new RedisStore(connection, SCRIPT, { prefix: 'shop', timeoutMs: TIMEOUT_MS, now })
}

async function commands(): Promise<number> {
  const [, calls = '0'] =
    /cmdstat_evalsha:calls=(\d+)/.exec(await server.command('INFO', 'commandstats')) ?? []
  return Number(calls)
}

const opened = reportOf({ event: 'opened', delayMs: 60_000, reason: 'down' })

describe.each(clientKinds)('a store on %s', (kind) => {
  test('returns an answer for each report, in order', async () => {
    const store = await storeOf(kind)
    const [first, second, third] = await store.exchange('a', [
      reportOf(),
      reportOf({ ...opened, name: 'search' }),
      reportOf({ name: 'search' }),
    ])
    expect(first).toMatchObject({ name: 'payments', state: 'closed', version: 0, by: '' })
    const open = { name: 'search', state: 'open', version: 1, by: 'a', reason: 'down' }
    expect(second).toMatchObject({ ...open, forMs: 60_000, instances: 1, reporters: 1 })
    expect(third).toMatchObject(open)
  })

  test('reads the time once, and sends at most 64 reports in a command', async () => {
    const store = await storeOf(kind)
    const reports = Array.from({ length: 130 }, (_, i) => reportOf({ name: `circuit-${i}` }))
    const answers = await store.exchange('a', reports)
    expect(answers).toMatchObject(reports.map(({ name }) => ({ name })))
    expect(await commands()).toBe(1 + 3)
    await store.exchange('a', reports)
    expect(await commands()).toBe(1 + 3 + 3)
  })

  test('calls the listener for changes of other instances, and for gaps', async () => {
    const listening = await storeOf(kind)
    const updates: unknown[] = []
    let gaps = 0
    cleanups.push(
      listening.subscribe({
        onUpdate: (text) => updates.push(JSON.parse(String(text))),
        onGap: () => gaps++,
      }),
    )
    await eventually(async () =>
      expect(await server.command('PUBSUB', 'CHANNELS')).toBe('shop:1:updates'),
    )
    expect(gaps).toBe(1)
    const store = await storeOf(kind)
    await store.exchange('b', [reportOf()])
    await store.exchange('b', [opened])
    await eventually(() => expect(updates).toHaveLength(1))
    expect(updates[0]).toMatchObject({ name: 'payments', state: 'open', forMs: 60_000, by: 'b' })
  })

  test.each([
    ['a report', 1, 'Redis received the command too late'],
    ['the first report of all', 0, 'Redis answered too late'],
  ])('does not apply %s when Redis receives it late', async (_what, earlier, message) => {
    const store = await storeOf(kind)
    for (let i = 0; i < earlier; i++) await store.exchange('a', [reportOf()])
    server.pause()
    const late = store.exchange('a', [opened])
    late.catch(() => {}) // rejects before the test awaits it
    await sleep(3 * TIMEOUT_MS)
    server.resume()
    await expect(late).rejects.toThrow(message)
    expect(await store.exchange('a', [reportOf()])).toMatchObject([{ state: 'closed', version: 0 }])
  })

  test('sends nothing while Redis has not answered the last command', async () => {
    const store = await storeOf(kind)
    await store.exchange('a', [reportOf()])
    const before = await commands()
    server.pause()
    const pending = store.exchange('a', [reportOf()])
    await expect(store.exchange('a', [opened])).rejects.toThrow(/not answered the last command yet/)
    server.resume()
    await pending
    expect(await commands()).toBe(before + 1)
    await store.exchange('a', [reportOf()])
  })

  test('rejects at once while the client is disconnected', async () => {
    const proxy = await TcpProxy.start(server.port)
    cleanups.push(() => proxy.stop())
    const connection = await connect(kind, proxy.port)
    const store = storeOn(connection)
    await store.exchange('a', [reportOf()])
    proxy.mode = 'reset'
    await eventually(() => expect(connection.isReady).toBe(false))
    await expect(store.exchange('a', [reportOf()])).rejects.toThrow('client is not connected')
    proxy.mode = 'forward'
    await eventually(() => expect(connection.isReady).toBe(true))
    expect(await store.exchange('a', [reportOf()])).toHaveLength(1)
  })

  test('gives a circuit another incarnation id and a larger fence after Redis was emptied', async () => {
    const store = await storeOf(kind)
    const lease = reportOf({ requestsLease: true, leadMs: 60_000 })
    const [before] = await store.exchange('a', [
      { ...opened, ...lease, event: 'opened', delayMs: 1 },
    ])
    await server.command('FLUSHALL')
    await server.command('SCRIPT', 'FLUSH')
    const [after] = await store.exchange('a', [reportOf()])
    const { incarnation, fence } = before as { incarnation: string; fence: number }
    expect(after).toMatchObject({
      state: 'closed',
      version: 0,
      incarnation: expect.not.stringMatching(incarnation),
    })
    expect((after as { fence: number }).fence).toBeGreaterThan(fence)
  })

  test('accepts any text as name and reason', async () => {
    const store = await storeOf(kind)
    const text = 'a}b{c%d "e" \\ud83d \u{1f525} \n'
    const lone = '\ud83d'
    const [answer] = await store.exchange('a', [{ ...opened, name: text, reason: text + lone }])
    expect(answer).toMatchObject({ name: text, reason: `${text}\ufffd` })
  })
})

test('keeps four keys for a circuit, which expire', async () => {
  const store = await storeOf('ioredis 5')
  await store.exchange('a', [reportOf({ ...opened, windowMs: 10_000, total: 3, failures: 2 })])
  const keys = (await server.command('KEYS', '*')).split('\n').sort()
  const key = 'shop:1:{payments}'
  expect(keys).toEqual([key, `${key}:failed`, `${key}:seen`, `${key}:votes`])
  for (const each of keys) {
    expect(Number(await server.command('PTTL', each))).toBeGreaterThan(86_400_000)
  }
})

test.each(clientKinds)('waits for the first connection of %s without a queue', async (kind) => {
  const { client, close } = await connectClient(kind, {
    port: server.port,
    waits: false,
    queues: false,
  })
  cleanups.push(close)
  const store = storeOn(connectionOf(client))
  expect(await store.exchange('a', [reportOf()])).toHaveLength(1)
})

test('sends nothing while the client has never been connected', async () => {
  const { Redis } = await import('ioredis')
  const client = new Redis({ port: 1, maxRetriesPerRequest: null })
  cleanups.push(() => client.disconnect())
  client.on('error', () => {})
  const call = vi.spyOn(client, 'call')
  const exchanged = storeOn(connectionOf(client)).exchange('a', [reportOf()])
  await expect(exchanged).rejects.toThrow('the Redis client is not connected')
  expect(call).not.toHaveBeenCalled()
})

test('connects a client that connects lazily, with the first exchange', async () => {
  const { Redis } = await import('ioredis')
  const client = new Redis({ port: server.port, lazyConnect: true })
  cleanups.push(() => client.disconnect())
  const store = storeOn(connectionOf(client))
  expect(await store.exchange('a', [reportOf()])).toHaveLength(1)
})
