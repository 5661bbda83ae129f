import { type Input, urlText } from './fetch-arguments.ts'

type Fetch = typeof fetch

/** The global fetch when this module was loaded. */
const platformFetch: Fetch | undefined = globalThis.fetch

/** Whether it is the platform's fetch, unless something else replaced that before this module. */
export function isFirstGlobalFetch(send: Fetch): boolean {
  return send === platformFetch
}

/** What was global when a guarded fetch was made that uses the global one. */
const previous = new WeakMap<Fetch, Fetch>()

/** Finds the fetch that a guarded fetch calls. */
export interface FetchLookup {
  /** Call it when the guarded fetch exists. */
  install(guarded: Fetch): void
  /** Whether the fetch is the platform's, as opposed to one of the user's own. */
  isPlatform(send: Fetch): boolean
  find(input: Input): Fetch
  /** Calls the fetch, which may call the guarded fetch again. */
  call(send: Fetch, ...args: Parameters<Fetch>): ReturnType<Fetch>
}

/** @param own the fetch that the user gave; undefined for the global one at each call */
export function lookUpFetch(own: Fetch | undefined): FetchLookup {
  const original = globalThis.fetch
  const calls = new CallsOfReplacement()
  let guarded: Fetch
  let calling = false
  /** Whether calling `send` would lead to the guarded fetch again. */
  const isLoop = (send: Fetch, input: Input) => {
    for (let at: Fetch | undefined = send; at !== undefined; at = previous.get(at))
      if (at === guarded) return true
    // through a function that was installed around the guarded fetch
    return calling || calls.leadBack(send, input)
  }
  return {
    install: (fetch) => {
      guarded = fetch
      if (own === undefined) previous.set(fetch, original)
    },
    isPlatform: (send) => own === undefined || send === original || send === platformFetch,
    find: (input) => own ?? (isLoop(globalThis.fetch, input) ? original : globalThis.fetch),
    call: (send, ...args) => {
      if (own !== undefined) return send(...args)
      calling = true
      try {
        const response = send(...args)
        return send === original ? response : calls.follow(args[0], response)
      } finally {
        calling = false
      }
    },
  }
}

/** Calls of one URL that are pending, each begun in a later microtask, while none has settled. */
const MAX_PENDING = 100

/**
 * The pending calls of a function that replaced the global fetch. It may be a mock, or a wrapper that
 * calls the guarded fetch again after an `await`, as request interceptors do. That would never end.
 *
 * Only a wrapper lets the pending calls of one URL grow without end. Many calls that begin at the same
 * time count as one.
 */
class CallsOfReplacement {
  readonly #pending = new Map<string, number>()
  readonly #wrappers = new WeakSet<Fetch>()
  /** The URLs that were counted in this microtask. */
  readonly #counted = new Set<string>()

  leadBack(send: Fetch, input: Input): boolean {
    if ((this.#pending.get(urlText(input)) ?? 0) >= MAX_PENDING) this.#wrappers.add(send)
    return this.#wrappers.has(send)
  }

  follow<T extends ReturnType<Fetch>>(input: Input, response: T): T {
    const url = urlText(input)
    if (!this.#counted.has(url)) {
      this.#pending.set(url, (this.#pending.get(url) ?? 0) + 1)
      if (this.#counted.size === 0) queueMicrotask(() => this.#counted.clear())
      this.#counted.add(url)
    }
    const settled = () => void this.#pending.delete(url)
    // a mock may return anything
    Promise.resolve(response).then(settled, settled)
    return response
  }
}
