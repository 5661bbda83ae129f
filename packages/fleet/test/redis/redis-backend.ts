import { createHash } from 'node:crypto'
import type { ManualClock } from '@fluxgate/core/testing'
import { microtasks } from '@fluxgate/testkit/microtasks'
import type { ConnectedClient } from '@fluxgate/testkit/redis/redis-clients'
import type { RedisServer } from '@fluxgate/testkit/redis/redis-server'
import { connectionOf, type RedisConnection } from '../../src/redis/redis-connection.ts'
import { RedisStore } from '../../src/redis/redis-store.ts'
import { SCRIPT, TIME } from '../../src/redis/script.ts'
import type { FleetStore } from '../../src/store/fleet-store.ts'
import type { StoreBackend } from '../contract/store-rig.ts'

const TIME_KEY = 'contract:time'
const source = SCRIPT.source.replace(TIME, `call('LRANGE', '${TIME_KEY}', 0, 1)`)
const script = { source, sha: createHash('sha1').update(source).digest('hex') }

let runs = 0

/** A Redis server whose script reads the time of a manual clock. */
export class RedisBackend implements StoreBackend {
  readonly #server: RedisServer
  readonly #connection: RedisConnection
  readonly #clock: ManualClock
  readonly #prefix = `contract-${++runs}`
  readonly #pending = new Set<Promise<unknown>>()
  /** The number of the last marker message that each subscription has received. */
  readonly #subscribed = new Set<{ marks: number }>()
  readonly #unsubscribes = new Set<() => void>()
  #marks = 0
  /** A command was sent since the last call of `settle`. */
  #hasSent = false

  constructor(server: RedisServer, { client }: ConnectedClient, clock: ManualClock) {
    this.#server = server
    this.#connection = connectionOf(client)
    this.#clock = clock
  }

  connect(): FleetStore {
    const store = new RedisStore(this.#timed(), script, {
      prefix: this.#prefix,
      timeoutMs: 60_000,
      now: () => this.#clock.now(),
    })
    const track = <T>(promise: Promise<T>) => this.#track(promise)
    return {
      exchange: (instance, reports) => track(store.exchange(instance, reports)),
      subscribe: ({ onUpdate, onGap }) => {
        const received = { marks: 0 }
        const unsubscribe = store.subscribe({
          onUpdate: (text) => {
            const mark = Number(/^mark (\d+)$/.exec(String(text))?.[1])
            if (mark > 0) received.marks = Math.max(received.marks, mark)
            else onUpdate(text)
          },
          onGap,
        })
        const end = () => {
          this.#subscribed.delete(received)
          unsubscribe()
        }
        this.#unsubscribes.add(end)
        return track(this.#whenSubscribed(received)).then(() => end)
      },
    }
  }

  async empty(): Promise<void> {
    await this.#server.command('FLUSHALL')
  }

  /**
   * Waits until all commands are answered and all messages are received. Returns at once when no command
   * was sent since the last call, because only commands cause messages.
   */
  async settle(): Promise<void> {
    while (this.#hasSent) {
      this.#hasSent = false
      await Promise.allSettled(this.#pending)
      const mark = await this.#publishMark()
      while ([...this.#subscribed].some(({ marks }) => marks < mark)) await nextTurn()
      await microtasks()
    }
  }

  close(): void {
    for (const unsubscribe of this.#unsubscribes) unsubscribe()
  }

  /** A connection that sets the time before each command. */
  #timed(): RedisConnection {
    const connection = this.#connection
    return {
      isCluster: connection.isCluster,
      get isLazy() {
        return connection.isLazy
      },
      get isReady() {
        return connection.isReady
      },
      send: async (firstKey, args) => {
        const now = this.#clock.timestamp()
        const time = [Math.floor(now / 1_000), (now % 1_000) * 1_000].map(String)
        const setTime = `redis.call('DEL', KEYS[1]) redis.call('RPUSH', KEYS[1], ARGV[1], ARGV[2])`
        const set = connection.send(TIME_KEY, ['EVAL', setTime, '1', TIME_KEY, ...time])
        const [, reply] = await Promise.all([set, connection.send(firstKey, args)])
        return reply
      },
      subscribe: (channel, onMessage, onGap) => connection.subscribe(channel, onMessage, onGap),
    }
  }

  async #whenSubscribed(received: { marks: number }): Promise<void> {
    while (received.marks === 0) {
      await this.#publishMark()
      await nextTurn()
    }
    this.#subscribed.add(received)
  }

  async #publishMark(): Promise<number> {
    const mark = ++this.#marks
    const channel = `${this.#prefix}:1:updates`
    await this.#connection.send(channel, ['PUBLISH', channel, `mark ${mark}`])
    return mark
  }

  #track<T>(promise: Promise<T>): Promise<T> {
    this.#hasSent = true
    this.#pending.add(promise)
    const settled = () => this.#pending.delete(promise)
    promise.then(settled, settled)
    return promise
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
