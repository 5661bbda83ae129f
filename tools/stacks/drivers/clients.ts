import assert from 'node:assert/strict'
import { WebSocketServer } from 'ws'
import type { App } from '../app.ts'
import { eventually, request, statuses } from '../http.ts'
import type { Stack } from '../stack.ts'
import type { StackRun } from '../stack-run.ts'
import { GrpcUsers } from '../stub-services/grpc-users.ts'
import { type Behaviour, fail, Service } from '../stub-services/service.ts'

export const clients: Stack = {
  name: 'clients',
  packages: ['@grpc/grpc-js', 'ioredis', 'kafkajs', 'ws'],
  async run(run) {
    await run.scripts('types', 'build')
    const grpc = await GrpcUsers.start(run)
    const redisPort = await run.freePort()
    const news = await Service.start(run, events('done'))
    const prices = await startPrices(run)
    const env = {
      USERS_ADDRESS: grpc.address,
      REDIS_URL: `redis://127.0.0.1:${redisPort}`,
      KAFKA_BROKER: `127.0.0.1:${await run.freePort()}`, // nothing listens there
      PRICES_URL: prices.url,
      NEWS_URL: news.url,
    }
    let redis = await startRedis(run, redisPort)
    const { url } = await run.start('node', ['dist/server.js'], { env })
    const client: Client = {
      get: (path) => request(`${url}${path}`),
      async circuit(name) {
        const all: Circuit[] = JSON.parse((await request(url)).text)
        const found = all.find((circuit) => circuit.name === name)
        if (!found) throw new Error(`no circuit ${name}`)
        return found
      },
    }
    await driveGrpc(run, client, grpc)
    await driveRedis(run, client, {
      stop: () => redis.stop(),
      start: async () => {
        redis = await startRedis(run, redisPort)
      },
    })
    await driveKafka(run, client)
    await driveWebSocket(run, client, prices)
    await driveEvents(run, client, news)
  },
}

interface Circuit {
  readonly name: string
  readonly state: string
  readonly total: number
  readonly failures: number
}

interface Client {
  get(path: string): ReturnType<typeof request>
  circuit(name: string): Promise<Circuit>
}

async function driveGrpc(run: StackRun, { get, circuit }: Client, grpc: GrpcUsers) {
  await run.test('gRPC: calls and streams through the circuit', async () => {
    assert.equal((await get('/user')).text, '{"id":"7","name":"Ada"}')
    assert.match((await get('/users')).text, /"Ada".*"Grace"/)
    assert.equal((await circuit('users')).total, 2)
  })

  await run.test('gRPC: NOT_FOUND is an answer', async () => {
    grpc.code = 5
    assert.deepEqual(await statuses(4, () => get('/user')), [502, 502, 502, 502])
    const { state, total, failures } = await circuit('users')
    assert.deepEqual([state, total, failures], ['closed', 6, 0])
  })

  await run.test('gRPC: CANCELLED is not recorded', async () => {
    grpc.code = 1
    assert.equal((await get('/user')).status, 502)
    assert.equal((await circuit('users')).total, 6)
  })

  await run.test('gRPC: UNAVAILABLE opens, also in the middle of a stream', async () => {
    grpc.code = 14
    assert.deepEqual(await statuses(2, () => get('/user')), [502, 502])
    assert.equal((await get('/users')).status, 502)
    assert.equal((await circuit('users')).state, 'open')
    const before = grpc.calls
    assert.equal((await get('/user')).status, 503)
    assert.equal((await get('/users')).status, 503)
    assert.equal(grpc.calls, before)
  })

  await run.test('gRPC: recovers', async () => {
    grpc.code = 0
    await eventually(
      () => get('/user'),
      ({ status }) => status === 200,
    )
    assert.deepEqual(await statuses(2, () => get('/user')), [200, 200])
    assert.equal((await circuit('users')).state, 'closed')
  })
}

async function driveRedis(
  run: StackRun,
  { get, circuit }: Client,
  redis: { stop(): Promise<void>; start(): Promise<void> },
) {
  await run.test('ioredis: reads and writes through wrap', async () => {
    assert.equal((await get('/cache/write')).text, '"OK"')
    assert.equal((await get('/cache/read')).text, '"hello"')
  })

  await run.test('ioredis: an error reply is an answer', async () => {
    for (let i = 0; i < 4; i++) assert.match((await get('/cache/push')).text, /WRONGTYPE/)
    assert.equal((await circuit('cache')).state, 'closed')
    assert.equal((await circuit('cache')).failures, 0)
  })

  await run.test('ioredis: opens when Redis is down, and the cache misses', async () => {
    await redis.stop()
    assert.deepEqual(await statuses(3, () => get('/cache/write')), [502, 502, 502])
    assert.equal((await circuit('cache')).state, 'open')
    assert.equal((await get('/cache/write')).status, 503)
    assert.deepEqual((await get('/cache/read')).text, 'null')
  })

  await run.test('ioredis: recovers when Redis is back', async () => {
    await redis.start()
    await eventually(
      () => get('/cache/write'),
      ({ status }) => status === 200,
      30_000,
    )
    await eventually(
      () => get('/cache/read'),
      ({ text }) => text === '"hello"',
    )
    await get('/cache/read')
    assert.equal((await circuit('cache')).state, 'closed')
  })
}

async function driveKafka(run: StackRun, { get, circuit }: Client) {
  await run.test('kafkajs: an unreachable broker opens the circuit', async () => {
    const all = await Promise.all([get('/publish'), get('/publish'), get('/publish')])
    assert.deepEqual(
      all.map(({ status }) => status),
      [502, 502, 502],
    )
    assert.match(all[0].text, /KafkaJS/)
    assert.equal((await circuit('orders')).state, 'open')
  })

  await run.test('kafkajs: is rejected at once while the circuit is open', async () => {
    const started = performance.now()
    const { status, headers } = await get('/publish')
    assert.equal(status, 503)
    assert.match(headers.get('retry-after') ?? '', /^[12]$/)
    assert.ok(performance.now() - started < 300)
  })
}

async function driveWebSocket(run: StackRun, { get, circuit }: Client, prices: Prices) {
  await run.test('ws: a stream that ends is a success', async () => {
    assert.equal((await get('/prices')).text, '["1","2"]')
    const { total, failures } = await circuit('prices')
    assert.deepEqual([total, failures], [1, 0])
  })

  await run.test('ws: a reader that stops early is not recorded', async () => {
    assert.equal((await get('/prices/first')).text, '["1"]')
    assert.equal((await circuit('prices')).total, 1)
  })

  await run.test('ws: a connection that breaks off is a failure', async () => {
    prices.breaks = true
    assert.deepEqual(await statuses(3, () => get('/prices')), [502, 502, 502])
    assert.equal((await circuit('prices')).state, 'open')
    const before = prices.connections
    assert.equal((await get('/prices')).status, 503)
    assert.equal(prices.connections, before)
  })
}

async function driveEvents(run: StackRun, { get, circuit }: Client, news: Service) {
  await run.test('server-sent events: a stream that ends is a success', async () => {
    assert.equal((await get('/news')).text, '["one","two"]')
    const { total, failures } = await circuit('news')
    assert.deepEqual([total, failures], [1, 0])
  })

  await run.test('server-sent events: a status or a broken stream is a failure', async () => {
    news.behaviour = fail(503)
    assert.deepEqual(await statuses(2, () => get('/news')), [502, 502])
    news.behaviour = events('reset')
    assert.equal((await get('/news')).status, 502)
    assert.equal((await circuit('news')).state, 'open')
    assert.equal(await news.countDuring(() => get('/news')), 0)
  })
}

function events(end: 'done' | 'reset'): Behaviour {
  return (_request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' })
    response.write('data: one\n\ndata: t')
    setTimeout(() => (end === 'done' ? response.end('wo\n\n') : response.destroy()), 50)
  }
}

interface Prices {
  readonly url: string
  connections: number
  /** Whether a connection breaks off after the first price. */
  breaks: boolean
}

async function startPrices(run: StackRun): Promise<Prices> {
  const port = await run.freePort()
  const server = new WebSocketServer({ host: '127.0.0.1', port })
  const prices: Prices = { url: `ws://127.0.0.1:${port}`, connections: 0, breaks: false }
  server.on('connection', (socket) => {
    prices.connections++
    socket.send('1')
    setTimeout(() => {
      if (prices.breaks) return socket.terminate()
      socket.send('2')
      socket.close(1000)
    }, 100)
  })
  run.onEnd(() => server.close())
  return prices
}

async function startRedis(run: StackRun, port: number): Promise<App> {
  const flags = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']
  const redis = run.spawn('redis-server', flags)
  await redis.until('Redis is ready', () => redis.log.includes('Ready to accept connections'))
  return redis
}
