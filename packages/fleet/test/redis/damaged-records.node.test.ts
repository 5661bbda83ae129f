import { connectClient } from '@fluxgate/testkit/redis/redis-clients'
import { RedisServer } from '@fluxgate/testkit/redis/redis-server'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connectionOf } from '../../src/redis/redis-connection.ts'
import { RedisStore } from '../../src/redis/redis-store.ts'
import { SCRIPT } from '../../src/redis/script.ts'
import { parseAnswer } from '../../src/store/parse.ts'
import { reportOf } from './report-of.ts'

const KEY = 'shop:1:{payments}'

let server: RedisServer
let store: RedisStore
let disconnect: () => Promise<void>

beforeAll(async () => {
  server = await RedisServer.start()
  const { client, close } = await connectClient('ioredis 5', { port: server.port })
  disconnect = close
  const options = { prefix: 'shop', timeoutMs: 5_000, now: () => performance.now() }
  store = new RedisStore(connectionOf(client), SCRIPT, options)
})
afterAll(async () => {
  await disconnect()
  await server.stop()
})

/** A record of the script, with these fields replaced. */
async function recordWith(fields: object): Promise<string> {
  await server.command('FLUSHALL')
  const [, answer] = [
    await store.exchange('a', [reportOf({ windowMs: 10_000, total: 1 })]),
    await server.command('GET', KEY),
  ]
  return JSON.stringify({ ...JSON.parse(answer), ...fields })
}

const opened = reportOf({ event: 'opened', delayMs: 60_000 })
const search = reportOf({ ...opened, name: 'search' })

describe('a record that is damaged', () => {
  test.for<[string, object | string]>([
    ['is empty', '{}'],
    ['is an array', '[]'],
    ['is nested deeply', '['.repeat(2_000)],
    ['has another state', { state: 'melted' }],
    ['has a state of another type', { state: 5 }],
    ['has no delay', { delayMs: null }],
    ['has a text for a number', { version: '7' }],
    ['has a number that JavaScript cannot count', { fence: 1e300 }],
    ['has a number below 0', { leaseUntil: -1e300 }],
    ['has a long reason', { reason: 'r'.repeat(5_000) }],
    ['has no windows', { windows: 5 }],
    ['has a window without length', { windows: { x: [] } }],
    ['has buckets of another type', { windows: { 10000: 5 } }],
    ['has a bucket of texts', { windows: { 10000: [['1', '2', '3']] } }],
    ['has a bucket below 0', { windows: { 10000: [[1, -5, 0]] } }],
  ])('is replaced by a new one when it %s', async ([, content]) => {
    const record = typeof content === 'string' ? content : await recordWith(content)
    await server.command('FLUSHALL')
    await server.command('SET', KEY, record)
    const answers = await store.exchange('a', [opened, search])
    const [first, second] = [parseAnswer(answers[0], 'payments'), parseAnswer(answers[1], 'search')]
    expect(first).toMatchObject({ state: 'open', version: 1, by: 'a' })
    expect(second).toMatchObject({ state: 'open', version: 1, by: 'a' })
  })

  test('is replaced by a new one when it is of another type', async () => {
    await server.command('FLUSHALL')
    await server.command('RPUSH', KEY, 'x')
    expect(await store.exchange('a', [opened])).toMatchObject([{ state: 'open', version: 1 }])
  })
})

test('a key of another type fails the reports of its circuit only', async () => {
  await server.command('FLUSHALL')
  await store.exchange('a', [reportOf()])
  await server.command('SET', `${KEY}:votes`, 'x')
  const [first, second] = await store.exchange('a', [opened, search])
  expect(first).toBeInstanceOf(Error)
  expect(String(first)).toContain('WRONGTYPE')
  expect(second).toMatchObject({ state: 'open', version: 1, by: 'a' })
})
