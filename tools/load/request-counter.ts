import { subscribe } from 'node:diagnostics_channel'

/**
 * Counts the requests of this process's `fetch` to some origins: those it sends, and those that are
 * aborted while they wait for a connection. Uses the diagnostics channels of undici.
 */
export class RequestCounter {
  sent = 0
  unsent = 0
  readonly #origins: ReadonlySet<string>
  readonly #waiting = new WeakSet<object>()

  constructor(origins: readonly string[]) {
    this.#origins = new Set(origins)
    subscribe('undici:request:create', (message) => {
      const request = requestOf(message)
      if (this.#origins.has(String(request.origin))) this.#waiting.add(request)
    })
    subscribe('undici:client:sendHeaders', (message) => {
      if (this.#waiting.delete(requestOf(message))) this.sent++
    })
    subscribe('undici:request:error', (message) => {
      if (this.#waiting.delete(requestOf(message))) this.unsent++
    })
  }
}

function requestOf(message: unknown): { readonly origin: unknown } {
  return (message as { readonly request: { readonly origin: unknown } }).request
}
