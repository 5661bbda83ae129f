import { eventually } from '@fluxgate/testkit/eventually'
import { type ClientKind, clientKinds, connectClient } from '@fluxgate/testkit/redis/redis-clients'
import { RedisServer } from '@fluxgate/testkit/redis/redis-server'
import { TcpProxy } from '@fluxgate/testkit/redis/tcp-proxy'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { redisFleet } from './index.ts'
import { connectionOf } from './redis-connection.ts'

let server: RedisServer
const cleanups: (() => unknown)[] = []

beforeAll(async () => {
  server = await RedisServer.start()
})
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})
afterAll(() => server.stop())

async function connect(kind: ClientKind, port = server.port) {
  const connected = await connectClient(kind, { port })
  cleanups.push(connected.close)
  return { ...connected, connection: connectionOf(connected.client) }
}

const subscribers = async () =>
  Number((await server.command('PUBSUB', 'NUMSUB', 'updates')).split('\n')[1])

describe.each(clientKinds)('the connection of %s', (kind) => {
  test('sends commands and rejects with the errors of Redis', async () => {
    const { connection } = await connect(kind)
    expect(connection).toMatchObject({ isCluster: false, isReady: true })
    await connection.send('key', ['SET', 'key', 'value'])
    expect(
      await connection.send('key', ['EVAL', 'return {1, KEYS[1], ARGV[1]}', '1', 'key', 'a']),
    ).toEqual([1, 'key', 'a'])
    await expect(connection.send('key', ['EVALSHA', '0'.repeat(40), '0'])).rejects.toThrow(
      /^NOSCRIPT/,
    )
  })

  test('receives messages while other commands run, until it unsubscribes', async () => {
    const { connection } = await connect(kind)
    const received: unknown[] = []
    const unsubscribe = connection.subscribe(
      'updates',
      (message) => received.push(message),
      () => {},
    )
    await eventually(async () => expect(await subscribers()).toBe(1))
    await connection.send('updates', ['PUBLISH', 'updates', 'first'])
    await eventually(() => expect(received).toEqual(['first']))
    unsubscribe()
    await eventually(async () => expect(await subscribers()).toBe(0))
    await connection.send('updates', ['PUBLISH', 'updates', 'second'])
    expect(received).toEqual(['first'])
  })

  test('subscribes again after the connection was lost', async () => {
    const proxy = await TcpProxy.start(server.port)
    cleanups.push(() => proxy.stop())
    const { connection } = await connect(kind, proxy.port)
    const received: unknown[] = []
    cleanups.push(
      connection.subscribe(
        'updates',
        (message) => received.push(message),
        () => {},
      ),
    )
    await eventually(async () => expect(await subscribers()).toBe(1))
    proxy.mode = 'reset'
    await eventually(async () => expect(await subscribers()).toBe(0))
    expect(connection.isReady).toBe(false)
    proxy.mode = 'forward'
    await eventually(() => expect(connection.isReady).toBe(true))
    await eventually(async () => expect(await subscribers()).toBe(1))
    await server.command('PUBLISH', 'updates', 'back')
    await eventually(() => expect(received).toEqual(['back']))
  })

  test('ends its subscription when the application closes the client', async () => {
    const { connection, close } = await connect(kind)
    connection.subscribe(
      'updates',
      () => {},
      () => {},
    )
    await eventually(async () => expect(await subscribers()).toBe(1))
    await close()
    cleanups.pop()
    await eventually(async () => expect(await subscribers()).toBe(0))
  })
})

test.each([
  ['undefined', undefined],
  ['an object', {}],
  ['a pool of node-redis', { isOpen: true, sendCommand() {} }],
  ['an object without prototype', Object.create(null)],
  ['an object that cannot be read as text', { toString: () => 'redis://user:secret@host' }],
  ['a URL, which it does not quote', 'redis://user:secret@host'],
])('refuses %s', (_what, client) => {
  const connect = () => connectionOf(client as never)
  expect(connect).toThrow(/^redisFleet: client must be from Redis or Cluster/)
  expect(connect).not.toThrow('secret')
})

test.for([
  ['redis://user:secret@host', 'redisFleet: options must be an object, got "string"'],
  [{ quorom: 3 }, 'redisFleet: each option must be one of client, prefix, quorum'],
  [{ client: 'redis://user:secret@host' }, 'redisFleet: client must be from'],
] as const)('redisFleet() refuses %o', ([options, message]) => {
  const make = () => Reflect.apply(redisFleet, undefined, [options])
  expect(make).toThrow(message)
  expect(make).not.toThrow('secret')
})
