import type { Clock } from '@fluxgate/core'

/** The time of the storm: it can be lived through in advance, and goes on as told. */
export class StormClock implements Clock {
  #now = 0
  readonly #start: number

  /** @param start Unix ms */
  constructor(start: number) {
    this.#start = start
  }

  now(): number {
    return this.#now
  }

  timestamp(): number {
    return this.#start + this.#now
  }

  advance(ms: number): void {
    this.#now += ms
  }
}
