import { Redis as Redis5 } from 'ioredis'
import { Redis as Redis6 } from 'ioredis-6'
import { createClient as createClient5 } from 'redis'
import { createClient as createClient6 } from 'redis-6'

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
