import { withTimers } from '../clock.ts'
import type { FleetStore, StoreListener } from '../store/fleet-store.ts'
import { FORMAT, type Report } from '../store/message.ts'
import type { RedisConnection } from './redis-connection.ts'
import { RedisLane } from './redis-lane.ts'
import { runScript, type Script } from './run-script.ts'

/** The most reports of one command: Redis runs nothing else in the meantime. */
const CHUNK = 64
/** The most lanes of a cluster. Names that come from outside must not take memory for ever. */
const MAX_LANES = 5_000
/** The part of `timeoutMs` for which the store waits for a node of a cluster, or the first connection. */
const SHARE = 0.8
const POLL_MS = 20

export interface RedisStoreOptions {
  /** The first part of all keys and of the channel. */
  readonly prefix: string
  /** A command that Redis receives later than this, in ms, changes nothing. */
  readonly timeoutMs: number
  /** Monotonic ms. */
  readonly now: () => number
}

/** A report, and its place among the reports of the exchange. */
interface Placed {
  readonly index: number
  readonly report: Report
}

/**
 * Keeps circuits in Redis: four keys for each, which share a slot of Redis Cluster, and one channel.
 * It sends nothing while the client is disconnected or an earlier command is unanswered, so that no
 * command waits in the client and takes effect much later.
 *
 * When a node of a cluster fails, its circuits have an error in place of their answers.
 */
export class RedisStore implements FleetStore {
  readonly #connection: RedisConnection
  readonly #script: Script
  readonly #options: RedisStoreOptions
  readonly #channel: string
  readonly #lanes = new Map<string, RedisLane>()
  #wasReady = false

  constructor(connection: RedisConnection, script: Script, options: RedisStoreOptions) {
    this.#connection = connection
    this.#script = script
    this.#options = options
    this.#channel = `${options.prefix}:${FORMAT}:news`
  }

  async exchange(instance: string, reports: readonly Report[]): Promise<readonly unknown[]> {
    await this.#connected()
    const answers: unknown[] = []
    const { isCluster } = this.#connection
    const sent = [...byLane(reports, isCluster)].map(async ([key, placed]) => {
      const done = this.#exchangeOn(this.#laneOf(key), instance, placed, answers)
      if (!isCluster) return done
      try {
        await this.#inTime(done)
      } catch (error) {
        const reason = error instanceof Error ? error : new Error(String(error))
        for (const { index } of placed) answers[index] ??= reason
      }
    })
    await Promise.all(sent)
    return [...answers]
  }

  subscribe({ onNews, onGap }: StoreListener): () => void {
    return this.#connection.subscribe(this.#channel, onNews, onGap)
  }

  /** Waits for the first connection only: it is under way when the process starts. */
  async #connected(): Promise<void> {
    const connection = this.#connection
    // counted, because a process that is busy while it starts connects late
    let polls = this.#wasReady ? 0 : Math.floor((SHARE * this.#options.timeoutMs) / POLL_MS)
    while (!connection.isReady && !connection.isLazy && polls-- > 0) await pause(POLL_MS)
    this.#wasReady ||= connection.isReady
    const isReady = connection.isReady || (connection.isLazy && !this.#wasReady)
    if (!isReady) throw new Error('the Redis client is not connected')
  }

  #laneOf(key: string): RedisLane {
    let lane = this.#lanes.get(key)
    if (lane === undefined) {
      if (this.#lanes.size >= MAX_LANES) this.#lanes.clear()
      lane = new RedisLane()
      this.#lanes.set(key, lane)
    }
    return lane
  }

  async #exchangeOn(
    lane: RedisLane,
    instance: string,
    placed: readonly Placed[],
    answers: unknown[],
  ): Promise<void> {
    const { now, timeoutMs } = this.#options
    const startedAt = now()
    lane.check(startedAt)
    // The first command may wait in the client for long. It asks for the time, and changes nothing.
    if (lane.offsetMs === undefined) await this.#send(lane, instance, placed.slice(0, 1), 0)
    if (now() - startedAt > timeoutMs) throw new Error('Redis answered too late')
    const deadline = Math.ceil(now() + (lane.offsetMs ?? 0) + timeoutMs)
    const sent = chunksOf(placed).map(async (chunk) => {
      const results = await this.#send(lane, instance, chunk, deadline)
      if (results.length < chunk.length) throw new Error('Redis received the command too late')
      chunk.forEach(({ index }, i) => {
        answers[index] = parse(results[i])
      })
    })
    await Promise.all(sent)
  }

  /** @param deadline in the time of Redis, Unix ms; 0 to ask for the time only */
  async #send(
    lane: RedisLane,
    instance: string,
    placed: readonly Placed[],
    deadline: number,
  ): Promise<readonly unknown[]> {
    const { now, timeoutMs } = this.#options
    const sentAt = now()
    const keys = placed.flatMap(({ report }) => this.#keysOf(report.name))
    const reports = deadline === 0 ? [] : placed.map(({ report }) => encode(report))
    const args = [String(deadline), instance, this.#channel, ...reports]
    const command = runScript(this.#connection, this.#script, keys, args)
    const [time, ...answers] = (await lane.follow(command, sentAt)) as unknown[]
    const received = now()
    // half of the time on the way; a command that waited for Redis was answered at once in the end
    lane.offsetMs = Number(time) - received + Math.min(received - sentAt, timeoutMs) / 2
    return answers
  }

  /** Rejects early enough for the answers of other nodes. */
  async #inTime(done: Promise<void>): Promise<void> {
    let cancel = () => {}
    const late = new Promise<never>((_, reject) => {
      const error = new Error('a node of the Redis Cluster does not answer')
      cancel = withTimers().setTimeout(() => reject(error), SHARE * this.#options.timeoutMs)
    })
    try {
      await Promise.race([done, late])
    } finally {
      cancel()
    }
  }

  #keysOf(name: string): string[] {
    // braces would end the hash tag
    const tag = name.replace(/[%{}]/g, (character) => encodeURIComponent(character))
    const key = `${this.#options.prefix}:${FORMAT}:{${tag}}`
    return [key, `${key}:seen`, `${key}:votes`, `${key}:failed`]
  }
}

const pause = (ms: number) => new Promise<void>((resolve) => withTimers().setTimeout(resolve, ms))

/** Groups reports by lane: in a cluster, one command must not use the keys of two circuits. */
function byLane(reports: readonly Report[], isCluster: boolean): Map<string, Placed[]> {
  const lanes = new Map<string, Placed[]>()
  for (const [index, report] of reports.entries()) {
    const key = isCluster ? report.name : ''
    const placed = lanes.get(key) ?? []
    lanes.set(key, placed)
    placed.push({ index, report })
  }
  return lanes
}

function chunksOf(placed: readonly Placed[]): (readonly Placed[])[] {
  const count = Math.ceil(placed.length / CHUNK)
  return Array.from({ length: count }, (_, i) => placed.slice(i * CHUNK, (i + 1) * CHUNK))
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
