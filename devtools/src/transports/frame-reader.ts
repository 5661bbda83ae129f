import { maxEventsPerRead, type WireCommand, type WireCommandResult } from '@fluxgate/core/devtools'
import { parseCommandResult, parseReading } from '../protocol/reading.ts'
import { type FrameClient, noHook, tooLong } from './frame-client.ts'
import type { FrameCondition, FrameId, TransportMessage } from './transport.ts'

/** Pause between reads while events arrive, and for `BUSY_READS` reads after the last event. */
const BUSY_MS = 50
const BUSY_READS = 20
const IDLE_MS = 250
/** While events arrive, every fourth read includes metrics: about as often as when idle. */
const READS_PER_MEASUREMENT = 4
/** Pause after a fault. */
const FAULT_RETRY_MS = 500
/** After this time a fault is emitted. The read still waits: the page may be at a breakpoint. */
const SILENT_MS = 2_000
/** After this time the answer is considered lost and the read is repeated. */
const LOST_MS = 30_000
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
      const request = { epoch: this.#epoch, cursor: this.#cursor, metrics }
      const pendingAnswer = this.#client.read(request)
      let answer = await withTimeout(SILENT_MS, pendingAnswer)
      if (isStale()) return
      if (answer === undefined) {
        this.#fault({ kind: 'failing', why: 'silent', detail: 'no answer within 2 s' })
        answer = await withTimeout(LOST_MS, pendingAnswer)
        if (isStale()) return
      }
      pauseMs = answer === undefined ? 0 : this.#handleAnswer(answer)
    } catch (error) {
      if (isStale()) return
      pauseMs = this.#fault({ kind: 'failing', why: 'threw', detail: describe(error) })
    }
    this.#timer = setTimeout(() => void this.#read(), pauseMs)
  }

  /** Emits what was read; returns the pause until the next read, in ms. */
  #handleAnswer(answer: string): number {
    if (answer === noHook) {
      this.#epoch = ''
      return this.#fault({ kind: 'absent' })
    }
    const reading = parseReading(answer)
    if (reading === undefined) {
      const detail = answer === tooLong ? 'the answer is too long' : 'the answer is malformed'
      return this.#fault({ kind: 'failing', why: 'garbage', detail })
    }
    const { epoch, next, events, invalid } = reading
    const from = epoch === this.#epoch ? this.#cursor : -1
    const isNew = next > from || events.length > 0 || invalid > 0 || this.#faulty
    this.#epoch = epoch
    this.#cursor = next
    this.#faulty = false
    if (isNew) {
      const receivedAt = this.#now()
      this.#emit({ type: 'batch', frame: this.#frame, ...reading, receivedAt })
    }
    if (next > from && events.length >= maxEventsPerRead) return 0
    const hasEvents = events.some(({ type }) => type !== 'metrics')
    this.#busyReads = hasEvents ? BUSY_READS : Math.max(0, this.#busyReads - 1)
    return this.#busyReads > 0 ? BUSY_MS : IDLE_MS
  }

  #fault(condition: FrameCondition): number {
    this.#faulty = true
    this.#emit({ type: 'fault', frame: this.#frame, condition, receivedAt: this.#now() })
    return FAULT_RETRY_MS
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
