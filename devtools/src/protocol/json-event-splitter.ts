import { backslash, closeList, closeObject, openList, openObject, quote } from './json-codes.ts'

/** The depth of an event in a saved session: file { epochs [ epoch { events [ event. */
const EVENT_DEPTH = 4

/**
 * Extracts the events from the JSON of a saved session while its text arrives in chunks, so that a
 * large file is never parsed at once. Accepts any JSON layout. In {@link remainder}, the index of
 * each event replaces the event.
 */
export class JsonEventSplitter {
  /** The JSON without its events; complete after the last chunk. */
  remainder = ''
  #event: string | undefined
  #events = 0
  #depth = 0
  #inString = false
  #escaped = false;

  /** Returns the JSON of each event that ends in this chunk. Malformed input does not throw. */
  *split(chunk: string): Generator<string> {
    let start = 0
    for (let position = 0; position < chunk.length; position++) {
      const code = chunk.charCodeAt(position)
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false
        else if (code === backslash) this.#escaped = true
        else if (code === quote) this.#inString = false
      } else if (code === quote) {
        this.#inString = true
      } else if (code === openObject || code === openList) {
        if (this.#depth++ !== EVENT_DEPTH || code === openList) continue
        this.remainder += chunk.slice(start, position)
        this.#event = ''
        start = position
      } else if (code === closeObject || code === closeList) {
        if (--this.#depth !== EVENT_DEPTH || this.#event === undefined) continue
        yield this.#event + chunk.slice(start, position + 1)
        this.remainder += this.#events++
        this.#event = undefined
        start = position + 1
      }
    }
    if (this.#event === undefined) this.remainder += chunk.slice(start)
    else this.#event += chunk.slice(start)
  }
}
