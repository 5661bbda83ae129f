import type { InspectedWindow } from './inspected-window.ts'

/** Successive evaluations without a result after which the connection is replaced. */
const INITIAL_LIMIT = 2
/** The limit doubles up to this number while new connections do not help. */
const MAX_LIMIT = 32

/**
 * An inspected window that survives a fault of Firefox: when the page navigates during an evaluation,
 * the page of the extension can lose its connection. All its later evaluations then have no result.
 * Another page of the extension has a connection of its own.
 */
export class ReconnectingWindow implements InspectedWindow {
  #connection: InspectedWindow
  readonly #connect: () => Promise<InspectedWindow>
  #isConnecting = false
  #unanswered = 0
  #limit = INITIAL_LIMIT
  readonly getResources?: NonNullable<InspectedWindow['getResources']>

  /**
   * @param first the window of this page
   * @param connect creates another connection, and closes the one that it created before
   */
  constructor(first: InspectedWindow, connect: () => Promise<InspectedWindow>) {
    this.#connection = first
    this.#connect = connect
    if (first.getResources) this.getResources = (callback) => first.getResources?.(callback)
  }

  eval(...[expression, options, callback]: Parameters<InspectedWindow['eval']>): void {
    const connection = this.#connection
    connection.eval(expression, options, (result, failure) => {
      const hasAnswer = result !== undefined || failure !== undefined
      if (connection === this.#connection) this.#observe(hasAnswer)
      callback(result, failure)
    })
  }

  #observe(hasAnswer: boolean): void {
    if (hasAnswer) {
      this.#unanswered = 0
      this.#limit = INITIAL_LIMIT
    } else if (++this.#unanswered >= this.#limit && !this.#isConnecting) void this.#reconnect()
  }

  async #reconnect(): Promise<void> {
    this.#isConnecting = true
    this.#connection = await this.#connect()
    this.#isConnecting = false
    this.#unanswered = 0
    this.#limit = Math.min(this.#limit * 2, MAX_LIMIT)
  }
}
