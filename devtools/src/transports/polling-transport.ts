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

const FRAME_SEARCH_MS = 2_000

/** How a polling transport reaches its page. */
export interface PollingOptions {
  /** Unix ms. */
  readonly now: () => number
  readonly clientFor: (frame: FrameId) => FrameClient
  /** Resolves with the current frames of the page, without the top one. */
  readonly iframes?: () => Promise<readonly FrameId[]>
}

/** Polls a page and its frames while it is started and visible. */
export class PollingTransport implements Transport {
  readonly #options: PollingOptions
  readonly #readers = new Map<FrameId, FrameReader>()
  #listener: ((message: TransportMessage) => void) | undefined
  #visible = true
  #reading = false
  // incremented by each start and stop: only the latest search for frames may continue
  #search = 0
  #watched: readonly CircuitAddress[] = []
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(options: PollingOptions) {
    this.#options = options
    this.#add(topFrame)
  }

  start(listener: (message: TransportMessage) => void): void {
    this.#listener = listener
    this.#update()
  }

  stop(): void {
    this.#listener = undefined
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
    const reading = this.#listener !== undefined && this.#visible
    if (reading === this.#reading) return
    this.#reading = reading
    for (const reader of this.#readers.values()) {
      if (reading) reader.start()
      else reader.stop()
    }
    this.#search++
    clearTimeout(this.#timer)
    if (reading) void this.#findFrames()
  }

  async #findFrames(): Promise<void> {
    const { iframes, now } = this.#options
    if (iframes === undefined) return
    const search = this.#search
    const found = await iframes().catch(() => undefined)
    if (search !== this.#search) return
    this.#timer = setTimeout(() => void this.#findFrames(), FRAME_SEARCH_MS)
    if (found === undefined) return
    for (const frame of found) if (!this.#readers.has(frame)) this.#add(frame).start()
    for (const [frame, reader] of this.#readers) {
      if (frame === topFrame || found.includes(frame)) continue
      reader.stop()
      this.#readers.delete(frame)
      this.#listener?.({ type: 'frame-removed', frame, receivedAt: now() })
    }
  }

  #add(frame: FrameId): FrameReader {
    const { now, clientFor } = this.#options
    const reader = new FrameReader({
      frame,
      client: clientFor(frame),
      now,
      emit: (message) => this.#listener?.(message),
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
