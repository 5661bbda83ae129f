import type { Clock } from '@fluxgate/core'

/** The clock of the simulation. It advances only when `advance()` is called. */
export class OutageClock implements Clock {
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
