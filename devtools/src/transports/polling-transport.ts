import type { WireAction, WireCommandResult } from '@fluxgate/core/devtools'
import type { FrameClient } from './frame-client.ts'
import { FrameReader } from './frame-reader.ts'
import {
  type CircuitAddress,
  type FrameId,
  type Transport,
  type TransportMessage,
  topFrame,
} from './transport.ts'

const LOOK_FOR_FRAMES_MS = 2_000

/** What a transport that asks needs to know of its page. */
export interface PollingOptions {
  /** Unix ms. */
  readonly now: () => number
  readonly pageOf: (frame: FrameId) => FrameClient
  /** The frames that the page has now besides the top one. */
  readonly iframes?: () => Promise<readonly FrameId[]>
}

/** Asks a page and its frames, again and again, while it is started and shown. */
export class PollingTransport implements Transport {
  readonly #options: PollingOptions
  readonly #readers = new Map<FrameId, FrameReader>()
  #tell: ((message: TransportMessage) => void) | undefined
  #visible = true
  #reading = false
  // of the searches for frames that were begun, only the last one may go on
  #search = 0
  #watched: readonly CircuitAddress[] = []
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(options: PollingOptions) {
    this.#options = options
    this.#add(topFrame)
  }

  start(tell: (message: TransportMessage) => void): void {
    this.#tell = tell
    this.#update()
  }

  stop(): void {
    this.#tell = undefined
    this.#update()
  }

  setVisible(visible: boolean): void {
    this.#visible = visible
    this.#update()
  }

  watch(circuits: readonly CircuitAddress[]): void {
    this.#watched = circuits
    for (const [frame, reader] of this.#readers) reader.watch(this.#watchedIn(frame))
  }

  async command(
    { frame, epoch, circuit }: CircuitAddress,
    action: WireAction,
  ): Promise<WireCommandResult> {
    const reader = this.#readers.get(frame)
    if (reader === undefined) return { ok: false, error: 'its frame is no longer on the page' }
    return reader.command(epoch, { circuit, action })
  }

  #update(): void {
    const reading = this.#tell !== undefined && this.#visible
    if (reading === this.#reading) return
    this.#reading = reading
    for (const reader of this.#readers.values()) {
      if (reading) reader.start()
      else reader.stop()
    }
    this.#search++
    clearTimeout(this.#timer)
    if (reading) void this.#lookForFrames()
  }

  async #lookForFrames(): Promise<void> {
    const { iframes, now } = this.#options
    if (iframes === undefined) return
    const search = this.#search
    const found = await iframes().catch(() => undefined)
    if (search !== this.#search) return
    this.#timer = setTimeout(() => void this.#lookForFrames(), LOOK_FOR_FRAMES_MS)
    if (found === undefined) return
    for (const frame of found) if (!this.#readers.has(frame)) this.#add(frame).start()
    for (const [frame, reader] of this.#readers) {
      if (frame === topFrame || found.includes(frame)) continue
      reader.stop()
      this.#readers.delete(frame)
      this.#tell?.({ type: 'frame-gone', frame, receivedAt: now() })
    }
  }

  #add(frame: FrameId): FrameReader {
    const { now, pageOf } = this.#options
    const reader = new FrameReader({
      frame,
      page: pageOf(frame),
      now,
      tell: (message) => this.#tell?.(message),
    })
    reader.watch(this.#watchedIn(frame))
    this.#readers.set(frame, reader)
    return reader
  }

  #watchedIn(frame: FrameId): ReadonlyMap<string, readonly string[]> {
    const byEpoch = new Map<string, string[]>()
    for (const address of this.#watched) {
      if (address.frame !== frame) continue
      const ids = byEpoch.get(address.epoch)
      if (ids === undefined) byEpoch.set(address.epoch, [address.circuit])
      else ids.push(address.circuit)
    }
    return byEpoch
  }
}
