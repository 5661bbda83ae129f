import type { RedisClient } from '@fluxgate/fleet/redis'
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
  /** Whether to wait until the client is connected. Default true. */
  readonly waits?: boolean
  /** Whether commands wait in the client until it is connected. Default true. */
  readonly queues?: boolean
}

export interface ConnectedClient {
  readonly client: RedisClient
  /** The `error` events of the client. */
  readonly errors: Error[]
  close(): Promise<void>
}

/** The members that the functions below use. A union of the clients' own types takes minutes to check. */
interface Connectable {
  on(event: 'error', listener: (error: Error) => void): unknown
  setMaxListeners(count: number): unknown
  connect(): Promise<unknown>
}

/** Connects a client that tries to reconnect ten times a second. */
export async function connectClient(
  kind: ClientKind,
  { port, waits = true, queues = true, ...user }: ClientOptions,
): Promise<ConnectedClient> {
  const host = '127.0.0.1'
  const ofIoredis = {
    ...user,
    ...{ host, port, lazyConnect: true, retryStrategy: () => 100, enableOfflineQueue: queues },
  }
  const ofNodeRedis = {
    ...user,
    socket: { host, port, reconnectStrategy: () => 100 },
    disableOfflineQueue: !queues,
  }
  switch (kind) {
    case 'ioredis 5': {
      const client = new Redis5(ofIoredis)
      return connected(client, client, () => client.disconnect(), waits)
    }
    case 'ioredis 6': {
      const client = new Redis6(ofIoredis)
      return connected(client, client, () => client.disconnect(), waits)
    }
    case 'node-redis 5': {
      const client = createClient5(ofNodeRedis)
      return connected(client, client, () => client.destroy(), waits)
    }
    case 'node-redis 6': {
      const client = createClient6(ofNodeRedis)
      return connected(client, client, () => client.destroy(), waits)
    }
  }
}

/** Connects a client to a Redis Cluster. */
export async function connectCluster(
  kind: ClientKind,
  ports: readonly number[],
): Promise<ConnectedClient> {
  const nodes = ports.map((port) => ({ host: '127.0.0.1', port }))
  const rootNodes = nodes.map((socket) => ({ socket }))
  switch (kind) {
    case 'ioredis 5': {
      const client = new Cluster5(nodes, { lazyConnect: true })
      return connected(client, client, () => client.disconnect())
    }
    case 'ioredis 6': {
      const client = new Cluster6(nodes, { lazyConnect: true })
      return connected(client, client, () => client.disconnect())
    }
    case 'node-redis 5': {
      const client = createCluster5({ rootNodes })
      return connected(client, client, () => client.destroy())
    }
    case 'node-redis 6': {
      const client = createCluster6({ rootNodes })
      return connected(client, client, () => client.destroy())
    }
  }
}

/** @param events the same client */
async function connected(
  client: RedisClient,
  events: Connectable,
  disconnect: () => void,
  waits = true,
): Promise<ConnectedClient> {
  const errors: Error[] = []
  events.on('error', (error) => errors.push(error))
  events.setMaxListeners(0) // tests have many fleets on one client
  const connecting = events.connect()
  if (waits) await connecting
  // the client tries again
  else connecting.catch(() => {})
  return { client, errors, close: async () => disconnect() }
}
