import {
  type ClientKind,
  type ConnectedClient,
  connectClient,
} from '@fluxgate/testkit/redis/redis-clients'
import { RedisServer } from '@fluxgate/testkit/redis/redis-server'
import { afterAll, afterEach, beforeAll } from 'vitest'
import { fleetContract } from '../contract/fleet.contract.ts'
import { RedisBackend } from './redis-backend.ts'

// redis-connection.node.test.ts runs the versions of each client
const kinds: ClientKind[] = ['ioredis 5', 'node-redis 5']

let server: RedisServer
const clients = new Map<ClientKind, ConnectedClient>()
const backends: RedisBackend[] = []

beforeAll(async () => {
  server = await RedisServer.start()
  for (const kind of kinds) {
    clients.set(kind, await connectClient(kind, { port: server.port }))
  }
})
afterEach(() => {
  for (const backend of backends.splice(0)) backend.close()
})
afterAll(async () => {
  for (const { close } of clients.values()) await close()
  await server.stop()
})

for (const kind of kinds) {
  fleetContract(`Redis with ${kind}`, (clock) => {
    const client = clients.get(kind)
    if (client === undefined) throw new Error(`${kind} is not connected`)
    const backend = new RedisBackend(server, client, clock)
    backends.push(backend)
    return backend
  })
}
