import { maxEventsPerRead, type WireCommand, type WireCommandResult } from '@fluxgate/core/devtools'
import { parseCommandResult, parseReading } from '../protocol/reading.ts'
import { type FrameClient, noHook, tooLong } from './frame-client.ts'
import type { FrameCondition, FrameId, TransportMessage } from './transport.ts'

/** Pause between reads while events flow, and for as many reads after the last one. */
const BUSY_MS = 50
const BUSY_READS = 20
const IDLE_MS = 250
/** While events flow, every fourth read measures: about as often as when they do not. */
const READS_PER_MEASUREMENT = 4
/** For a frame without Fluxgate, or one that answers wrongly. */
const FAULT_RETRY_MS = 500
/** A page that takes longer is said to be silent. It may be at a breakpoint, so it is still waited for. */
const SILENT_MS = 2_000
/** Then the answer is taken for lost, and the question asked again. */
const LOST_MS = 30_000
const COMMAND_MS = 5_000

/** Reads one frame again and again, from where the last read ended. */
export class FrameReader {
  readonly #frame: FrameId
  readonly #page: FrameClient
  readonly #now: () => number
  readonly #tell: (message: TransportMessage) => void
  #epoch = ''
  #cursor = 0
  #metrics: ReadonlyMap<string, readonly string[]> = new Map()
  #busyReads = 0
  #reads = 0
  #faulty = false
  // a read that was begun before the last stop may not go on
  #turn = 0
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(options: {
    readonly frame: FrameId
    readonly page: FrameClient
    readonly now: () => number
    readonly tell: (message: TransportMessage) => void
  }) {
    this.#frame = options.frame
    this.#page = options.page
    this.#now = options.now
    this.#tell = options.tell
  }

  start(): void {
    this.stop()
    void this.#read()
  }

  stop(): void {
    this.#turn++
    clearTimeout(this.#timer)
  }

  /** @param metrics ids of circuits by epoch */
  watch(metrics: ReadonlyMap<string, readonly string[]>): void {
    this.#metrics = metrics
  }

  async command(epoch: string, command: WireCommand): Promise<WireCommandResult> {
    const failed = (error: string) => ({ ok: false, error }) as const
    try {
      const answer = await within(COMMAND_MS, this.#page.command(epoch, command))
      if (answer === undefined) {
        return failed('the page has not answered for 5 s; it may still do it')
      }
      if (answer === noHook) return failed('the page was reloaded')
      return parseCommandResult(answer) ?? failed('the page answered with something else')
    } catch (error) {
      return failed(`the page threw ${describe(error)}`)
    }
  }

  async #read(): Promise<void> {
    const turn = this.#turn
    const isOver = () => turn !== this.#turn
    const measures = this.#busyReads === 0 || ++this.#reads % READS_PER_MEASUREMENT === 0
    const metrics = (measures && this.#metrics.get(this.#epoch)) || []
    let pauseMs: number
    try {
      const request = { epoch: this.#epoch, cursor: this.#cursor, metrics }
      const answering = this.#page.read(request)
      let answer = await within(SILENT_MS, answering)
      if (isOver()) return
      if (answer === undefined) {
        this.#fault({ kind: 'failing', why: 'silent', detail: 'no answer for 2 s' })
        answer = await within(LOST_MS, answering)
        if (isOver()) return
      }
      pauseMs = answer === undefined ? 0 : this.#take(answer)
    } catch (error) {
      if (isOver()) return
      pauseMs = this.#fault({ kind: 'failing', why: 'threw', detail: describe(error) })
    }
    this.#timer = setTimeout(() => void this.#read(), pauseMs)
  }

  /** Tells what was read; gives the pause until the next read, in ms. */
  #take(answer: string): number {
    if (answer === noHook) {
      this.#epoch = ''
      return this.#fault({ kind: 'absent' })
    }
    const reading = parseReading(answer)
    if (reading === undefined) {
      const detail =
        answer === tooLong ? 'more than can be read at once' : 'not an answer of Fluxgate'
      return this.#fault({ kind: 'failing', why: 'garbage', detail })
    }
    const { epoch, next, events, invalid } = reading
    const from = epoch === this.#epoch ? this.#cursor : -1
    const isNews = next > from || events.length > 0 || invalid > 0 || this.#faulty
    this.#epoch = epoch
    this.#cursor = next
    this.#faulty = false
    if (isNews) {
      const receivedAt = this.#now()
      this.#tell({ type: 'batch', frame: this.#frame, ...reading, receivedAt })
    }
    if (next > from && events.length >= maxEventsPerRead) return 0
    const flows = events.some(({ type }) => type !== 'metrics')
    this.#busyReads = flows ? BUSY_READS : Math.max(0, this.#busyReads - 1)
    return this.#busyReads > 0 ? BUSY_MS : IDLE_MS
  }

  #fault(condition: FrameCondition): number {
    this.#faulty = true
    this.#tell({ type: 'fault', frame: this.#frame, condition, receivedAt: this.#now() })
    return FAULT_RETRY_MS
  }
}

/** What the promise brings, or nothing when it takes longer. */
async function within<T>(limitMs: number, promise: Promise<T>): Promise<T | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const over = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), limitMs)
  })
  try {
    return await Promise.race([promise, over])
  } finally {
    clearTimeout(timer)
  }
}

function describe(error: unknown): string {
  const text = error instanceof Error ? error.message : 'something'
  return text.slice(0, 500)
}
