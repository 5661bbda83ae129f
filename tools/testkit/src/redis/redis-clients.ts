import { Cluster as Cluster5, Redis as Redis5 } from 'ioredis'
import { Cluster as Cluster6, Redis as Redis6 } from 'ioredis-6'
import { createClient as createClient5, createCluster as createCluster5 } from 'redis'
import { createClient as createClient6, createCluster as createCluster6 } from 'redis-6'

/** The clients of Redis that applications have, with the versions that the tests run. */
export const clientKinds = ['ioredis 5', 'ioredis 6', 'node-redis 5', 'node-redis 6'] as const
export type ClientKind = (typeof clientKinds)[number]

interface ClientOptions {
  readonly port: number
  readonly username?: string
  readonly password?: string
}

export interface ConnectedClient {
  readonly client: Redis5 | Redis6 | ReturnType<typeof createClient5 | typeof createClient6>
  /** The `error` events of the client. */
  readonly errors: Error[]
  close(): Promise<void>
}

/** Connects a client that tries to reconnect ten times a second. */
export async function connectClient(
  kind: ClientKind,
  { port, ...user }: ClientOptions,
): Promise<ConnectedClient> {
  const host = '127.0.0.1'
  const ofIoredis = { ...user, host, port, lazyConnect: true, retryStrategy: () => 100 }
  const ofNodeRedis = { ...user, socket: { host, port, reconnectStrategy: () => 100 } }
  switch (kind) {
    case 'ioredis 5':
      return connectIoredis(new Redis5(ofIoredis))
    case 'ioredis 6':
      return connectIoredis(new Redis6(ofIoredis))
    case 'node-redis 5':
      return connectNodeRedis(createClient5(ofNodeRedis))
    case 'node-redis 6':
      return connectNodeRedis(createClient6(ofNodeRedis))
  }
}

export interface ConnectedCluster {
  readonly client: Cluster5 | Cluster6 | ReturnType<typeof createCluster5 | typeof createCluster6>
  close(): Promise<void>
}

/** Connects a client to a Redis Cluster. */
export async function connectCluster(
  kind: ClientKind,
  ports: readonly number[],
): Promise<ConnectedCluster> {
  const nodes = ports.map((port) => ({ host: '127.0.0.1', port }))
  const rootNodes = nodes.map((socket) => ({ socket }))
  switch (kind) {
    case 'ioredis 5':
      return connectIoredisCluster(new Cluster5(nodes, { lazyConnect: true }))
    case 'ioredis 6':
      return connectIoredisCluster(new Cluster6(nodes, { lazyConnect: true }))
    case 'node-redis 5':
      return connectNodeRedisCluster(createCluster5({ rootNodes }))
    case 'node-redis 6':
      return connectNodeRedisCluster(createCluster6({ rootNodes }))
  }
}

async function connectIoredisCluster(client: Cluster5 | Cluster6): Promise<ConnectedCluster> {
  client.on('error', () => {})
  await client.connect()
  return { client, close: async () => client.disconnect() }
}

async function connectNodeRedisCluster(
  client: ReturnType<typeof createCluster5 | typeof createCluster6>,
): Promise<ConnectedCluster> {
  client.on('error', () => {})
  await client.connect()
  return { client, close: async () => client.destroy() }
}

async function connectIoredis(client: Redis5 | Redis6): Promise<ConnectedClient> {
  const errors: Error[] = []
  client.on('error', (error: Error) => errors.push(error))
  await client.connect()
  return { client, errors, close: async () => client.disconnect() }
}

async function connectNodeRedis(
  client: ReturnType<typeof createClient5 | typeof createClient6>,
): Promise<ConnectedClient> {
  const errors: Error[] = []
  client.on('error', (error: Error) => errors.push(error))
  await client.connect()
  return { client, errors, close: async () => client.destroy() }
}
