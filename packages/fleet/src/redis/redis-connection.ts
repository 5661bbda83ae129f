import { check } from '../validation.ts'
import type {
  IoredisClient,
  IoredisSubscriber,
  NodeRedisClient,
  NodeRedisCluster,
  RedisClient,
} from './redis-client.ts'

type OnMessage = (message: unknown) => void

/** A Redis client, as the store uses it. The application connects and closes the client. */
export interface RedisConnection {
  /** In a cluster, a command may only use the keys of one circuit. */
  readonly isCluster: boolean
  /** Whether the client is connected. Otherwise a command would wait in the client. */
  readonly isReady: boolean
  /** Whether the first command connects the client. */
  readonly isLazy: boolean
  send(firstKey: string, args: string[]): Promise<unknown>
  /**
   * Subscribes while the client is connected, with a connection that keeps no process alive.
   *
   * @param onGap called when messages may have been lost: after each subscription to a single server
   * @returns a function that unsubscribes
   */
  subscribe(channel: string, onMessage: OnMessage, onGap: () => void): () => void
}

/** @throws TypeError for another object; the message omits the value, which may be a password */
export function connectionOf(client: RedisClient): RedisConnection {
  if (typeof client === 'object' && client !== null) {
    if ('status' in client && 'call' in client) return ofIoredis(client)
    if ('masters' in client) return ofNodeRedisCluster(client)
    if ('isReady' in client && 'duplicate' in client) return ofNodeRedis(client)
  }
  const kinds =
    'from Redis or Cluster of ioredis, or createClient() or createCluster() of node-redis'
  check(false, 'redisFleet: client', kinds, typeOf(client))
}

function typeOf(client: unknown): string {
  const { name } = Object(Object(client).constructor) as { readonly name?: unknown }
  return typeof client === 'object' && typeof name === 'string' ? name : typeof client
}

function ofIoredis(client: IoredisClient): RedisConnection {
  const { isCluster } = client
  return {
    isCluster,
    get isReady() {
      return client.status === 'ready'
    },
    get isLazy() {
      return client.status === 'wait'
    },
    send: (_firstKey, [command = '', ...args]) => client.call(command, args),
    subscribe: (channel, onMessage, onGap) =>
      whileConnected(client, client.status === 'ready', ['ready', 'end'], () => {
        const filter = (from: unknown, message: unknown) => {
          if (from === channel) onMessage(message)
        }
        if (isCluster) {
          client.on('message', filter)
          client.subscribe(channel).catch(ignore)
          return () => {
            client.off('message', filter)
            client.unsubscribe(channel).catch(ignore)
          }
        }
        const subscriber = client.duplicate({
          lazyConnect: true,
          enableOfflineQueue: true,
          maxRetriesPerRequest: null,
          autoResubscribe: true,
        }) as IoredisSubscriber
        subscriber.on('error', ignore)
        subscriber.on('connect', () => subscriber.stream?.unref?.())
        subscriber.on('message', filter)
        subscriber.subscribe(channel).then(() => onSubscribed(subscriber, onGap), ignore)
        return () => subscriber.disconnect()
      }),
  }
}

function ofNodeRedis(client: NodeRedisClient): RedisConnection {
  return {
    isCluster: false,
    isLazy: false,
    get isReady() {
      return client.isReady
    },
    send: (_firstKey, args) => client.sendCommand(args),
    subscribe: (channel, onMessage, onGap) =>
      whileConnected(client, client.isReady, ['ready', 'end'], () => {
        const subscriber = client.duplicate({ pingInterval: 0 })
        subscriber.on('error', ignore)
        subscriber.unref()
        subscriber
          .connect()
          .then(() => subscriber.subscribe(channel, onMessage))
          .then(() => onSubscribed(subscriber, onGap), ignore)
        return () => subscriber.destroy()
      }),
  }
}

function ofNodeRedisCluster(client: NodeRedisCluster): RedisConnection {
  return {
    isCluster: true,
    isLazy: false,
    get isReady() {
      return client.isOpen
    },
    send: (firstKey, args) => client.sendCommand(firstKey, false, args),
    subscribe: (channel, onMessage) =>
      whileConnected(client, client.isOpen, ['connect', 'disconnect'], () => {
        client.subscribe(channel, onMessage).catch(ignore)
        return () => void client.unsubscribe(channel, onMessage).catch(ignore)
      }),
  }
}

/**
 * Calls `open` when the client connects, and the returned function when it disconnects. Ignores their
 * errors, because the client calls them while it emits its own events.
 */
function whileConnected(
  client: Pick<NodeRedisClient, 'on' | 'off'>,
  connected: boolean,
  [up, down]: [string, string],
  open: () => () => void,
): () => void {
  let close: (() => void) | undefined
  const begin = () => {
    try {
      close ??= open()
    } catch {
      // the next connection tries again
    }
  }
  const end = () => {
    try {
      close?.()
    } catch {
      // node-redis throws for a subscriber that is not connected
    }
    close = undefined
  }
  client.on(up, begin)
  client.on(down, end)
  if (connected) begin()
  return () => {
    client.off(up, begin)
    client.off(down, end)
    end()
  }
}

/** Reports a gap at once: messages between the event `ready` and the subscription were lost. */
function onSubscribed(subscriber: Pick<IoredisSubscriber, 'on'>, onGap: () => void): void {
  onGap()
  subscriber.on('ready', onGap)
}

// The fleet polls as well, so that a failed subscription only delays updates.
function ignore(): void {}
