import { evaluate, type InspectedWindow } from './inspected-window.ts'
import type { FrameId } from './transport.ts'

const MAX_FRAMES = 20
/** After this time a search uses the last known number of frames at a URL. */
const COUNT_TIMEOUT_MS = 1_000

/**
 * Source of a function that returns the iframes at the URL of this document, in document order.
 * Cross-origin frames throw and are skipped: they cannot have the same URL.
 */
export const framesAtSameUrl = `() => {
  const found = []
  let visited = 0
  const visit = (parent) => {
    for (let index = 0; index < parent.length && visited++ < 200; index++) {
      try {
        if (parent[index].location.href === location.href) found.push(parent[index])
      } catch {}
      visit(parent[index])
    }
  }
  if (globalThis.top) visit(top)
  return found.length > 0 || globalThis.top === globalThis ? found : [globalThis]
}`

/** Finds the iframes of a page, including cross-origin ones. */
export class FrameFinder {
  readonly #window: InspectedWindow
  /** Last known number of frames by URL. */
  readonly #counts = new Map<string, number>()
  /** URLs whose count is pending: a page at a breakpoint is not evaluated again. */
  readonly #pending = new Set<string>()

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
      await Promise.race([this.#count(url), delay(COUNT_TIMEOUT_MS)])
      const count = Math.min(MAX_FRAMES, this.#counts.get(url) ?? 0)
      return Array.from({ length: count }, (_, index) => (index > 0 ? `${url} ${index + 1}` : url))
    })
    return (await Promise.all(found)).flat().slice(0, MAX_FRAMES)
  }

  async #count(url: string): Promise<void> {
    if (this.#pending.has(url)) return
    this.#pending.add(url)
    try {
      const count = await evaluate(this.#window, url, `(${framesAtSameUrl})().length`)
      if (typeof count === 'number') this.#counts.set(url, count)
    } catch {
      // keep the last known number
    }
    this.#pending.delete(url)
  }
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms)
  })
}
