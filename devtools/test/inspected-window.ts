import type { InspectedWindow } from '../src/transports/inspected-window.ts'

/** Evaluates an expression in a frame. */
export type Run = (expression: string, frame: string | undefined) => unknown

/**
 * A fake of `chrome.devtools.inspectedWindow` with a given way to evaluate. Like the original, it
 * returns copies, reports an exception to the callback and calls back asynchronously.
 */
export class FakeInspectedWindow implements InspectedWindow {
  readonly expressions: string[] = []
  /** URLs of the documents of the page, the top one first. */
  urls: string[] = []
  readonly #run: Run
  #stalled: Promise<void> | undefined

  constructor(run: Run) {
    this.#run = run
  }

  /** Delays all answers until `ms` have passed. */
  stall(ms: number): void {
    this.#stalled = new Promise((resolve) => {
      setTimeout(resolve, ms)
    })
  }

  eval(
    expression: string,
    { frameURL }: { readonly frameURL?: string },
    callback: Parameters<InspectedWindow['eval']>[2],
  ): void {
    this.expressions.push(expression)
    void this.#answer(expression, frameURL, callback)
  }

  getResources(callback: (resources: { url: string; type: string }[]) => void): void {
    const documents = this.urls.map((url) => ({ url, type: 'document' }))
    const others = { url: 'http://localhost/image.png', type: 'image' }
    queueMicrotask(() => callback([...documents, others]))
  }

  async #answer(
    expression: string,
    frameURL: string | undefined,
    callback: Parameters<InspectedWindow['eval']>[2],
  ): Promise<void> {
    await this.#stalled
    if (frameURL !== undefined && !this.urls.includes(frameURL)) {
      const failure = { isError: true, code: 'E_NOTFOUND', description: 'Object not found' }
      callback(undefined, failure)
      return
    }
    let copy: unknown
    try {
      const result = JSON.stringify(this.#run(expression, frameURL))
      copy = result === undefined ? undefined : JSON.parse(result)
    } catch (error) {
      callback(undefined, { isException: true, value: String(error) })
      return
    }
    callback(copy)
  }
}
