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
  find(): Fetch
  /** Calls the fetch, which may call the guarded fetch again. */
  call(send: Fetch, ...args: Parameters<Fetch>): ReturnType<Fetch>
}

/** @param own the fetch that the user gave; undefined for the global one at each call */
export function lookUpFetch(own: Fetch | undefined): FetchLookup {
  const original = globalThis.fetch
  let guarded: Fetch
  let calling = false
  /** Whether calling `send` would lead to the guarded fetch again. */
  const isLoop = (send: Fetch) => {
    for (let at: Fetch | undefined = send; at !== undefined; at = previous.get(at))
      if (at === guarded) return true
    return calling // through a function that was installed around the guarded fetch
  }
  return {
    install: (fetch) => {
      guarded = fetch
      if (own === undefined) previous.set(fetch, original)
    },
    isPlatform: (send) => own === undefined || send === original || send === platformFetch,
    find: () => own ?? (isLoop(globalThis.fetch) ? original : globalThis.fetch),
    call: (send, ...args) => {
      if (own !== undefined) return send(...args)
      calling = true
      try {
        return send(...args)
      } finally {
        calling = false
      }
    },
  }
}
