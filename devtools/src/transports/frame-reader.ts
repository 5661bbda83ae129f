import { maxEventsPerRead, type WireCommand, type WireCommandResult } from '@fluxgate/core/devtools'
import { maxInvalidEvents, parseCommandResult, parseReading } from '../protocol/reading.ts'
import { type FrameClient, noAnswer, noHook, tooLong } from './frame-client.ts'
import { PageClock } from './page-clock.ts'
import type { FrameCondition, FrameId, TransportMessage } from './transport.ts'

/** Pause between reads while events arrive, and for `BUSY_READS` reads after the last event. */
const BUSY_MS = 50
const BUSY_READS = 20
const IDLE_MS = 250
/** While events arrive, every fourth read includes metrics: about as often as when idle. */
const READS_PER_MEASUREMENT = 4
/** Pause after a fault. After the second invalid answer it doubles each time: parsing blocks. */
const FAULT_RETRY_MS = 500
const MAX_FAULT_RETRY_MS = 16_000
/** After this time a fault is emitted. The read still waits: the page may be at a breakpoint. */
const UNRESPONSIVE_AFTER_MS = 2_000
/** After this time the answer is considered lost and the read is repeated. */
const REPEAT_READ_AFTER_MS = 30_000
const COMMAND_MS = 5_000

/** Polls one frame; each read continues where the last one ended. */
export class FrameReader {
  readonly #frame: FrameId
  readonly #client: FrameClient
  readonly #now: () => number
  readonly #emit: (message: TransportMessage) => void
  #epoch = ''
  #cursor = 0
  #metrics: ReadonlyMap<string, readonly string[]> = new Map()
  #busyReads = 0
  #reads = 0
  #faulty = false
  #invalidAnswers = 0
  readonly #clock = new PageClock()
  // incremented by each stop: a read of an older generation discards its answer
  #generation = 0
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(options: {
    readonly frame: FrameId
    readonly client: FrameClient
    readonly now: () => number
    readonly emit: (message: TransportMessage) => void
  }) {
    this.#frame = options.frame
    this.#client = options.client
    this.#now = options.now
    this.#emit = options.emit
  }

  start(): void {
    this.stop()
    void this.#read()
  }

  stop(): void {
    this.#generation++
    clearTimeout(this.#timer)
  }

  /** @param metrics ids of circuits by epoch */
  watch(metrics: ReadonlyMap<string, readonly string[]>): void {
    this.#metrics = metrics
  }

  async command(epoch: string, command: WireCommand): Promise<WireCommandResult> {
    const failed = (error: string) => ({ ok: false, error }) as const
    try {
      const answer = await withTimeout(COMMAND_MS, this.#client.command(epoch, command))
      if (answer === undefined) {
        return failed('no answer within 5 s; the command may still run')
      }
      if (answer === noHook) return failed('the page was reloaded')
      return parseCommandResult(answer) ?? failed('the answer is malformed')
    } catch (error) {
      return failed(`the page threw ${describe(error)}`)
    }
  }

  async #read(): Promise<void> {
    const generation = this.#generation
    const isStale = () => generation !== this.#generation
    const includesMetrics = this.#busyReads === 0 || ++this.#reads % READS_PER_MEASUREMENT === 0
    const metrics = (includesMetrics && this.#metrics.get(this.#epoch)) || []
    let pauseMs: number
    try {
      const sentAt = this.#now()
      const request = { epoch: this.#epoch, cursor: this.#cursor, metrics }
      const pendingAnswer = this.#client.read(request)
      let answer = await withTimeout(UNRESPONSIVE_AFTER_MS, pendingAnswer)
      if (isStale()) return
      if (answer === undefined) {
        this.#fault({ kind: 'failing', why: 'unresponsive', detail: 'no answer within 2 s' })
        answer = await withTimeout(REPEAT_READ_AFTER_MS, pendingAnswer)
        if (isStale()) return
      }
      pauseMs = answer === undefined ? 0 : this.#handleAnswer(answer, sentAt)
    } catch (error) {
      if (isStale()) return
      pauseMs = this.#fault({ kind: 'failing', why: 'threw', detail: describe(error) })
    }
    this.#timer = setTimeout(() => void this.#read(), pauseMs)
  }

  /** Emits what was read; returns the pause until the next read, in ms. */
  #handleAnswer(answer: string, sentAt: number): number {
    if (answer === noHook) {
      this.#epoch = ''
      return this.#fault({ kind: 'absent' })
    }
    if (answer === noAnswer) {
      return this.#fault({
        kind: 'failing',
        why: 'unresponsive',
        detail: 'the browser does not answer',
      })
    }
    const reading = parseReading(answer)
    if (reading === undefined) {
      this.#invalidAnswers++
      const detail = answer === tooLong ? 'the answer is too long' : 'the answer is malformed'
      return this.#fault({ kind: 'failing', why: 'malformed', detail })
    }
    const { epoch, next, now, clocks, events: ownEvents, invalid, ...rest } = reading
    const receivedAt = this.#now()
    if (epoch !== this.#epoch) this.#clock.reset()
    if (now !== undefined) this.#clock.compare(now, sentAt, receivedAt)
    const events = this.#clock.convert(ownEvents, clocks)
    this.#invalidAnswers = invalid < maxInvalidEvents ? 0 : this.#invalidAnswers + 1
    const from = epoch === this.#epoch ? this.#cursor : -1
    const isNew = next > from || events.length > 0 || invalid > 0 || this.#faulty
    this.#epoch = epoch
    this.#cursor = next
    this.#faulty = false
    if (isNew) {
      const batch = { ...rest, epoch, next, events, invalid, receivedAt }
      this.#emit({ type: 'batch', frame: this.#frame, ...batch })
    }
    if (this.#invalidAnswers > 0) return this.#faultPauseMs()
    if (next > from && events.length >= maxEventsPerRead) return 0
    const hasEvents = events.some(({ type }) => type !== 'metrics')
    this.#busyReads = hasEvents ? BUSY_READS : Math.max(0, this.#busyReads - 1)
    return this.#busyReads > 0 ? BUSY_MS : IDLE_MS
  }

  #fault(condition: FrameCondition): number {
    this.#faulty = true
    this.#emit({ type: 'fault', frame: this.#frame, condition, receivedAt: this.#now() })
    return this.#faultPauseMs()
  }

  #faultPauseMs(): number {
    return Math.min(MAX_FAULT_RETRY_MS, FAULT_RETRY_MS * 2 ** Math.max(0, this.#invalidAnswers - 2))
  }
}

/** Resolves like `promise`, or with `undefined` after `limitMs`. */
async function withTimeout<T>(limitMs: number, promise: Promise<T>): Promise<T | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const timeout = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), limitMs)
  })
  try {
    return await Promise.race([promise, timeout])
  } finally {
    clearTimeout(timer)
  }
}

function describe(error: unknown): string {
  const text = error instanceof Error ? error.message : 'a non-error value'
  return text.slice(0, 500)
}
