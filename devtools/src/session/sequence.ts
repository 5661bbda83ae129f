/**
 * An immutable list that grows cheaply: every list made by appending shares one buffer with the
 * list it came from and sees only its own length of it, so that a long log is not copied for each
 * batch. What a list once showed never changes; a list that cannot grow in place is copied.
 */
export class Sequence<T> {
  readonly length: number
  readonly #buffer: T[]

  private constructor(buffer: T[], length = buffer.length) {
    this.#buffer = buffer
    this.length = length
  }

  static of<T>(...items: T[]): Sequence<T> {
    return new Sequence(items)
  }

  /** Negative positions count from the end, as in arrays. */
  at(position: number): T | undefined {
    const index = position < 0 ? this.length + position : position
    return index < this.length ? this.#buffer[index] : undefined
  }

  [Symbol.iterator](): IterableIterator<T> {
    return this.between(0, this.length)
  }

  /** The items from position `start` to before `end`. */
  *between(start: number, end: number): IterableIterator<T> {
    const last = Math.min(end, this.length)
    for (let index = Math.max(0, start); index < last; index++) yield this.#buffer[index] as T
  }

  /** The first position for which `reached` holds; it must hold for all after it. */
  search(reached: (item: T) => boolean): number {
    let low = 0
    let high = this.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (reached(this.#buffer[middle] as T)) high = middle
      else low = middle + 1
    }
    return low
  }

  /** With `items` where `order` puts them, without those that equal one that is there. */
  insert(items: readonly T[], order: (a: T, b: T) => number): Sequence<T> {
    const sorted = [...items].sort(order)
    const first = sorted[0]
    if (first === undefined) return this
    const place = this.search((item) => order(item, first) >= 0)
    if (place === this.length) return this.#append(sorted, order)
    const tail = Sequence.merge(this.#buffer.slice(place, this.length), sorted, order)
    if (place + tail.length === this.length) return this
    return new Sequence(this.#buffer.slice(0, place).concat(tail))
  }

  #append(sorted: readonly T[], order: (a: T, b: T) => number): Sequence<T> {
    const grows = this.#buffer.length === this.length
    const buffer = grows ? this.#buffer : this.#buffer.slice(0, this.length)
    for (const item of sorted) {
      const last = buffer.at(-1)
      if (last === undefined || order(last, item) !== 0) buffer.push(item)
    }
    return new Sequence(buffer)
  }

  private static merge<T>(old: readonly T[], added: readonly T[], order: (a: T, b: T) => number) {
    const merged: T[] = []
    let next = 0
    for (const item of added) {
      let there = old[next]
      while (there !== undefined && order(there, item) <= 0) {
        merged.push(there)
        there = old[++next]
      }
      const last = merged.at(-1)
      if (last === undefined || order(last, item) !== 0) merged.push(item)
    }
    return merged.concat(old.slice(next))
  }

  filter(wanted: (item: T) => boolean): Sequence<T> {
    const buffer: T[] = []
    for (let index = 0; index < this.length; index++) {
      const item = this.#buffer[index] as T
      if (wanted(item)) buffer.push(item)
    }
    return new Sequence(buffer)
  }

  /** The items from position `start` to before `end`, as a list of their own. */
  slice(start: number, end = this.length): Sequence<T> {
    if (start <= 0 && end >= this.length) return this
    return new Sequence(this.#buffer.slice(Math.max(0, start), Math.min(end, this.length)))
  }
}
