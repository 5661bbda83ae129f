/**
 * An immutable, sorted list that is cheap to append to. A list made by appending shares its buffer
 * with the original and reads only its own length of it: so a long log is not copied for each
 * batch. The buffer is copied when another list already appended to it, or to insert elsewhere.
 */
export class SortedList<T> {
  readonly length: number
  readonly #buffer: T[]

  private constructor(buffer: T[], length = buffer.length) {
    this.#buffer = buffer
    this.length = length
  }

  static of<T>(...items: T[]): SortedList<T> {
    return new SortedList(items)
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

  /** Binary search for the first position that satisfies `reached`, as all later ones must. */
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

  /** Inserts `items` by `order`; drops an item that compares equal to an existing one. */
  insert(items: readonly T[], order: (a: T, b: T) => number): SortedList<T> {
    const sorted = [...items].sort(order)
    const first = sorted[0]
    if (first === undefined) return this
    const position = this.search((item) => order(item, first) >= 0)
    if (position === this.length) return this.#append(sorted, order)
    const tail = SortedList.merge(this.#buffer.slice(position, this.length), sorted, order)
    if (position + tail.length === this.length) return this
    return new SortedList(this.#buffer.slice(0, position).concat(tail))
  }

  #append(sorted: readonly T[], order: (a: T, b: T) => number): SortedList<T> {
    const grows = this.#buffer.length === this.length
    const buffer = grows ? this.#buffer : this.#buffer.slice(0, this.length)
    for (const item of sorted) {
      const last = buffer.at(-1)
      if (last === undefined || order(last, item) !== 0) buffer.push(item)
    }
    return new SortedList(buffer)
  }

  private static merge<T>(old: readonly T[], added: readonly T[], order: (a: T, b: T) => number) {
    const merged: T[] = []
    let next = 0
    for (const item of added) {
      let existing = old[next]
      while (existing !== undefined && order(existing, item) <= 0) {
        merged.push(existing)
        existing = old[++next]
      }
      const last = merged.at(-1)
      if (last === undefined || order(last, item) !== 0) merged.push(item)
    }
    return merged.concat(old.slice(next))
  }

  filter(predicate: (item: T) => boolean): SortedList<T> {
    const buffer: T[] = []
    for (let index = 0; index < this.length; index++) {
      const item = this.#buffer[index] as T
      if (predicate(item)) buffer.push(item)
    }
    return new SortedList(buffer)
  }

  /** A new list of the items from position `start` to before `end`. */
  slice(start: number, end = this.length): SortedList<T> {
    if (start <= 0 && end >= this.length) return this
    return new SortedList(this.#buffer.slice(Math.max(0, start), Math.min(end, this.length)))
  }
}
