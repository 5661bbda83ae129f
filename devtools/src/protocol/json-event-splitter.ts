const [quote, backslash, openObject, openList, closeObject, closeList] = [
  ...new TextEncoder().encode('"\\{[}]'),
]

/** An object this deep in a saved session is an event: file { epochs [ epoch { events [ event. */
const EVENT_DEPTH = 4

/**
 * Cuts the events out of the JSON of a saved session while it comes in, in whatever layout, so that
 * a large file is never parsed at once. What is left is small: in place of each event stands its
 * number, from 0.
 */
export class JsonEventSplitter {
  /** What is left, complete when everything has been cut. */
  rest = ''
  #event: string | undefined
  #events = 0
  #depth = 0
  #inText = false
  #escaped = false;

  /** The events that end in this piece of the text, as JSON, if the whole is any. */
  *cut(piece: string): Generator<string> {
    let start = 0
    for (let place = 0; place < piece.length; place++) {
      const code = piece.charCodeAt(place)
      if (this.#inText) {
        if (this.#escaped) this.#escaped = false
        else if (code === backslash) this.#escaped = true
        else if (code === quote) this.#inText = false
      } else if (code === quote) {
        this.#inText = true
      } else if (code === openObject || code === openList) {
        if (this.#depth++ !== EVENT_DEPTH || code === openList) continue
        this.rest += piece.slice(start, place)
        this.#event = ''
        start = place
      } else if (code === closeObject || code === closeList) {
        if (--this.#depth !== EVENT_DEPTH || this.#event === undefined) continue
        yield this.#event + piece.slice(start, place + 1)
        this.rest += this.#events++
        this.#event = undefined
        start = place + 1
      }
    }
    if (this.#event === undefined) this.rest += piece.slice(start)
    else this.#event += piece.slice(start)
  }
}
