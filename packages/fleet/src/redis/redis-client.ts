// The members of Redis clients that the store uses. The types are structural, so that the package has
// no dependency.

type OnMessage = (message: unknown, channel: unknown) => void
type OnEvent = (event: string, listener: (...args: unknown[]) => void) => unknown

/** `Redis` and `Cluster` of ioredis, version 5 or later. */
export interface IoredisClient {
  readonly status: string
  readonly isCluster: boolean
  call(command: string, args: string[]): Promise<unknown>
  subscribe(channel: string): Promise<unknown>
  unsubscribe(channel: string): Promise<unknown>
  /** Only used for `Redis`. A `Cluster` subscribes with a connection of its own. */
  duplicate(options?: object): unknown
  readonly on: OnEvent
  readonly off: OnEvent
}

/** The result of `duplicate()` of ioredis's `Redis`. */
export interface IoredisSubscriber {
  readonly stream?: { unref?(): unknown } | null
  subscribe(channel: string): Promise<unknown>
  disconnect(): void
  readonly on: OnEvent
}

/** `createClient()` of node-redis, version 5 or later. */
export interface NodeRedisClient {
  readonly isReady: boolean
  sendCommand(args: string[]): Promise<unknown>
  duplicate(options?: { pingInterval: number }): NodeRedisSubscriber
  readonly on: OnEvent
  readonly off: OnEvent
}

/** The result of `duplicate()` of a client of node-redis. */
interface NodeRedisSubscriber {
  connect(): Promise<unknown>
  subscribe(channel: string, listener: OnMessage): Promise<unknown>
  destroy(): void
  unref(): void
  readonly on: OnEvent
}

/** `createCluster()` of node-redis, version 5 or later. Subscribes with a connection of its own. */
export interface NodeRedisCluster {
  readonly isOpen: boolean
  readonly masters: readonly unknown[]
  sendCommand(firstKey: string, isReadonly: boolean, args: string[]): Promise<unknown>
  subscribe(channel: string, listener: OnMessage): Promise<unknown>
  unsubscribe(channel: string, listener: OnMessage): Promise<unknown>
  readonly on: OnEvent
  readonly off: OnEvent
}

/** A client of ioredis or node-redis, version 5 or later, for one server or a cluster. */
export type RedisClient = IoredisClient | NodeRedisClient | NodeRedisCluster
