import type { FleetStore, StoreListener } from '../store/fleet-store.ts'
import { FORMAT, type Report } from '../store/message.ts'
import type { RedisConnection } from './redis-connection.ts'
import { runScript, type Script } from './run-script.ts'

/** The most reports of one command: Redis runs nothing else in the meantime. */
const CHUNK = 64
/** After so long without an answer, in ms, the store sends commands again. */
const FORGET_MS = 10_000

export interface RedisStoreOptions {
  /** The first part of all keys and of the channel. */
  readonly prefix: string
  /** A command that Redis receives later than this, in ms, changes nothing. */
  readonly timeoutMs: number
  /** Monotonic ms. */
  readonly now: () => number
}

/**
 * Keeps circuits in Redis: four keys for each, which share a slot of Redis Cluster, and one channel.
 * It sends nothing while the client is disconnected or an earlier command is unanswered, so that no
 * command waits in the client and takes effect much later.
 */
export class RedisStore implements FleetStore {
  readonly #connection: RedisConnection
  readonly #script: Script
  readonly #options: RedisStoreOptions
  readonly #channel: string
  #wasReady = false
  #unanswered = 0
  #lastSentAt = Number.NEGATIVE_INFINITY
  /** The time of Redis minus `now()`, about. */
  #offsetMs: number | undefined

  constructor(connection: RedisConnection, script: Script, options: RedisStoreOptions) {
    this.#connection = connection
    this.#script = script
    this.#options = options
    this.#channel = `${options.prefix}:${FORMAT}:news`
  }

  async exchange(instance: string, reports: readonly Report[]): Promise<readonly unknown[]> {
    this.#checkConnection()
    const answers: unknown[] = []
    const sent = this.#batches(reports).map(async (batch) => {
      const results = await this.#send(
        instance,
        batch.map(({ report }) => report),
      )
      for (const [i, { index }] of batch.entries()) answers[index] = results[i]
    })
    await Promise.all(sent)
    return answers
  }

  subscribe({ onNews, onGap }: StoreListener): () => void {
    return this.#connection.subscribe(this.#channel, onNews, onGap)
  }

  #checkConnection(): void {
    const { isReady } = this.#connection
    // the first command may wait: a client that connects lazily connects for it
    if (!isReady && this.#wasReady) throw new Error('the Redis client is not connected')
    if (isReady) this.#wasReady = true
    if (this.#unanswered > 0 && this.#options.now() - this.#lastSentAt < FORGET_MS) {
      throw new Error('Redis has not answered the last command yet')
    }
  }

  /** Groups reports by command: in a cluster, each circuit needs one of its own. */
  #batches(reports: readonly Report[]): { index: number; report: Report }[][] {
    const batches = new Map<unknown, { index: number; report: Report }[]>()
    for (const [index, report] of reports.entries()) {
      const key = this.#connection.isCluster ? report.name : Math.floor(index / CHUNK)
      const batch = batches.get(key) ?? []
      batches.set(key, batch)
      batch.push({ index, report })
    }
    return [...batches.values()]
  }

  async #send(instance: string, reports: readonly Report[]): Promise<unknown[]> {
    const { now, timeoutMs } = this.#options
    const sentAt = now()
    const offset = this.#offsetMs
    const deadline = offset === undefined ? 0 : Math.ceil(sentAt + offset + timeoutMs)
    this.#lastSentAt = sentAt
    this.#unanswered++
    try {
      const [time, ...answers] = (await runScript(
        this.#connection,
        this.#script,
        reports.flatMap(({ name }) => this.#keysOf(name)),
        [String(deadline), instance, this.#channel, ...reports.map(encode)],
      )) as unknown[]
      const received = now()
      // half of the time on the way; a command that waited for Redis was answered at once in the end
      this.#offsetMs = Number(time) - received + Math.min(received - sentAt, timeoutMs) / 2
      if (answers.length < reports.length) throw new Error('Redis received the command too late')
      return answers.map(parse)
    } finally {
      this.#unanswered--
    }
  }

  #keysOf(name: string): string[] {
    // braces would end the hash tag
    const tag = name.replace(/[%{}]/g, (character) => encodeURIComponent(character))
    const key = `${this.#options.prefix}:${FORMAT}:{${tag}}`
    return [key, `${key}:seen`, `${key}:votes`, `${key}:failed`]
  }
}

/** The answer, or the error that the script returned in its place. */
function parse(answer: unknown): unknown {
  const text = String(answer)
  return text.startsWith('{') ? JSON.parse(text) : new Error(text)
}

/** JSON, without lone surrogates, which the parser of Redis rejects. */
function encode(report: Report): string {
  return JSON.stringify(report, (_key, value) =>
    typeof value === 'string' ? value.replace(/\p{Surrogate}/gu, '\ufffd') : value,
  )
}
