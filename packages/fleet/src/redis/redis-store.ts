import { withTimers } from '../clock.ts'
import type { FleetStore, StoreListener } from '../store/fleet-store.ts'
import { FORMAT, type Report } from '../store/message.ts'
import type { RedisConnection } from './redis-connection.ts'
import { RedisRoute } from './redis-route.ts'
import { runScript, type Script } from './run-script.ts'

/** The most reports in one command, because Redis runs nothing else in the meantime. */
const MAX_REPORTS = 64
/** The most routes in a cluster. It limits the memory for an unlimited number of names. */
const MAX_ROUTES = 5_000
/** The store waits for a node of a cluster, or the first connection, for this part of `timeoutMs`. */
const WAIT_RATIO = 0.8
const POLL_MS = 20

export interface RedisStoreOptions {
  /** The first part of all keys and of the channel. */
  readonly prefix: string
  /** A command that Redis receives later than this, in ms, changes nothing. */
  readonly timeoutMs: number
  /** Monotonic ms. */
  readonly now: () => number
}

/** A report, and its index among the reports of the exchange. */
interface IndexedReport {
  readonly index: number
  readonly report: Report
}

/**
 * Keeps circuits in Redis: four keys for each circuit, in one slot of Redis Cluster, and one channel.
 * Sends nothing while the client is disconnected or an earlier command is unanswered. Otherwise a
 * command could wait in the client, and take effect much later.
 *
 * When a node of a cluster fails, `exchange()` returns errors for its circuits.
 */
export class RedisStore implements FleetStore {
  readonly #connection: RedisConnection
  readonly #script: Script
  readonly #options: RedisStoreOptions
  readonly #channel: string
  readonly #routes = new Map<string, RedisRoute>()
  #wasReady = false

  constructor(connection: RedisConnection, script: Script, options: RedisStoreOptions) {
    this.#connection = connection
    this.#script = script
    this.#options = options
    this.#channel = `${options.prefix}:${FORMAT}:updates`
  }

  async exchange(instance: string, reports: readonly Report[]): Promise<readonly unknown[]> {
    await this.#whenConnected()
    const answers: unknown[] = []
    const { isCluster } = this.#connection
    const sent = [...byRoute(reports, isCluster)].map(async ([key, indexed]) => {
      const done = this.#exchangeOn(this.#routeOf(key), instance, indexed, answers)
      if (!isCluster) return done
      try {
        await this.#withTimeLimit(done)
      } catch (error) {
        const reason = error instanceof Error ? error : new Error(String(error))
        for (const { index } of indexed) answers[index] ??= reason
      }
    })
    await Promise.all(sent)
    return [...answers]
  }

  subscribe({ onUpdate, onGap }: StoreListener): () => void {
    return this.#connection.subscribe(this.#channel, onUpdate, onGap)
  }

  /** Waits for the first connection of the client. Rejects at once when it is lost later. */
  async #whenConnected(): Promise<void> {
    const connection = this.#connection
    // counts polls instead of time, because a process that is busy at its start connects late
    let polls = this.#wasReady ? 0 : Math.floor((WAIT_RATIO * this.#options.timeoutMs) / POLL_MS)
    while (!connection.isReady && !connection.isLazy && polls-- > 0) await pause(POLL_MS)
    this.#wasReady ||= connection.isReady
    const isReady = connection.isReady || (connection.isLazy && !this.#wasReady)
    if (!isReady) throw new Error('the Redis client is not connected')
  }

  #routeOf(key: string): RedisRoute {
    let route = this.#routes.get(key)
    if (route === undefined) {
      if (this.#routes.size >= MAX_ROUTES) this.#routes.clear()
      route = new RedisRoute()
      this.#routes.set(key, route)
    }
    return route
  }

  async #exchangeOn(
    route: RedisRoute,
    instance: string,
    indexed: readonly IndexedReport[],
    answers: unknown[],
  ): Promise<void> {
    const { now, timeoutMs } = this.#options
    const startedAt = now()
    route.check(startedAt)
    // the first command may wait in the client for long, so it only reads the time
    if (route.offsetMs === undefined) await this.#send(route, instance, indexed.slice(0, 1), 0)
    if (now() - startedAt > timeoutMs) throw new Error('Redis answered too late')
    const deadline = Math.ceil(now() + (route.offsetMs ?? 0) + timeoutMs)
    const sent = chunksOf(indexed).map(async (chunk) => {
      const results = await this.#send(route, instance, chunk, deadline)
      if (results.length < chunk.length) throw new Error('Redis received the command too late')
      chunk.forEach(({ index }, i) => {
        answers[index] = parse(results[i])
      })
    })
    await Promise.all(sent)
  }

  /** @param deadline in the time of Redis, Unix ms; 0 to read the time only */
  async #send(
    route: RedisRoute,
    instance: string,
    indexed: readonly IndexedReport[],
    deadline: number,
  ): Promise<readonly unknown[]> {
    const { now, timeoutMs } = this.#options
    const sentAt = now()
    const keys = indexed.flatMap(({ report }) => this.#keysOf(report.name))
    const reports = deadline === 0 ? [] : indexed.map(({ report }) => encode(report))
    const args = [String(deadline), instance, this.#channel, ...reports]
    const command = runScript(this.#connection, this.#script, keys, args)
    const [time, ...answers] = (await route.track(command, sentAt)) as unknown[]
    const received = now()
    // the answer took about half of the round trip, without the time for which the command waited
    route.offsetMs = Number(time) - received + Math.min(received - sentAt, timeoutMs) / 2
    return answers
  }

  /** Rejects before `timeoutMs`, so that the answers of other nodes are still in time. */
  async #withTimeLimit(done: Promise<void>): Promise<void> {
    let cancel = () => {}
    const late = new Promise<never>((_, reject) => {
      const error = new Error('a node of the Redis Cluster does not answer')
      cancel = withTimers().setTimeout(() => reject(error), WAIT_RATIO * this.#options.timeoutMs)
    })
    try {
      await Promise.race([done, late])
    } finally {
      cancel()
    }
  }

  #keysOf(name: string): string[] {
    // a brace would end the hash tag
    const tag = name.replace(/[%{}]/g, (character) => encodeURIComponent(character))
    const key = `${this.#options.prefix}:${FORMAT}:{${tag}}`
    return [key, `${key}:seen`, `${key}:votes`, `${key}:failed`]
  }
}

const pause = (ms: number) => new Promise<void>((resolve) => withTimers().setTimeout(resolve, ms))

/** Groups reports by route. In a cluster, the keys of two circuits may be on different nodes. */
function byRoute(reports: readonly Report[], isCluster: boolean): Map<string, IndexedReport[]> {
  const routes = new Map<string, IndexedReport[]>()
  for (const [index, report] of reports.entries()) {
    const key = isCluster ? report.name : ''
    const indexed = routes.get(key) ?? []
    routes.set(key, indexed)
    indexed.push({ index, report })
  }
  return routes
}

function chunksOf(indexed: readonly IndexedReport[]): (readonly IndexedReport[])[] {
  const count = Math.ceil(indexed.length / MAX_REPORTS)
  return Array.from({ length: count }, (_, i) =>
    indexed.slice(i * MAX_REPORTS, (i + 1) * MAX_REPORTS),
  )
}

/** Returns the answer, or the error that the script returned instead. */
function parse(answer: unknown): unknown {
  const text = String(answer)
  return text.startsWith('{') ? JSON.parse(text) : new Error(text)
}

/** Returns JSON without lone surrogates, which the parser of Redis rejects. */
function encode(report: Report): string {
  return JSON.stringify(report, (_key, value) =>
    typeof value === 'string' ? value.replace(/\p{Surrogate}/gu, '\ufffd') : value,
  )
}
