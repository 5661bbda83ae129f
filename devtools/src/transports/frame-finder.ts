import { evaluate, type InspectedWindow } from './inspected-window.ts'
import type { FrameId } from './transport.ts'

const MAX_FRAMES = 20
/** A frame that does not say how many it is by then is as many as it was. */
const COUNT_MS = 1_000

/** The iframes at the address of this document, in the order of the page; no more than it takes. */
export const framesAtSameUrl = `() => {
  const found = []
  let looked = 0
  const look = (parent) => {
    for (let place = 0; place < parent.length && looked++ < 200; place++) {
      try {
        if (parent[place].location.href === location.href) found.push(parent[place])
      } catch {} // of another origin
      look(parent[place])
    }
  }
  if (globalThis.top) look(top)
  return found.length > 0 || globalThis.top === globalThis ? found : [globalThis]
}`

/** Finds the iframes of a page, those of other origins too. */
export class FrameFinder {
  readonly #window: InspectedWindow
  /** How many frames are at an address, as far as it was said. */
  readonly #counts = new Map<string, number>()
  /** The addresses that are asked, once each: a page at a breakpoint answers when it goes on. */
  readonly #asked = new Set<string>()

  constructor(window: InspectedWindow) {
    this.#window = window
  }

  async find(): Promise<readonly FrameId[]> {
    const resources = await new Promise<readonly { url: string; type?: string }[]>((resolve) => {
      if (this.#window.getResources === undefined) resolve([])
      else this.#window.getResources(resolve)
    })
    const urls = resources
      .filter(({ url, type = 'document' }) => type === 'document' && /^(https?|file):/.test(url))
      .map(({ url }) => url)
    const found = [...new Set(urls)].slice(0, MAX_FRAMES + 1).map(async (url) => {
      await Promise.race([this.#count(url), later(COUNT_MS)])
      const count = Math.min(MAX_FRAMES, this.#counts.get(url) ?? 0)
      return Array.from({ length: count }, (_, place) => (place > 0 ? `${url} ${place + 1}` : url))
    })
    return (await Promise.all(found)).flat().slice(0, MAX_FRAMES)
  }

  async #count(url: string): Promise<void> {
    if (this.#asked.has(url)) return
    this.#asked.add(url)
    try {
      const count = await evaluate(this.#window, url, `(${framesAtSameUrl})().length`)
      if (typeof count === 'number') this.#counts.set(url, count)
    } catch {
      // as many as it was
    }
    this.#asked.delete(url)
  }
}

function later(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms)
  })
}
