/**
 * An immutable list that grows cheaply: every list made by appending shares one buffer with the
 * list it came from and sees only its own length of it, so that a long log is not copied for each
 * batch. What a list once showed never changes; a list that cannot grow in place is copied.
 */
export class Sequence<T> {
  readonly length: number
  readonly #buffer: T[]

  private constructor(buffer: T[], length: number) {
    this.#buffer = buffer
    this.length = length
  }

  static of<T>(...items: T[]): Sequence<T> {
    return new Sequence([...items], items.length)
  }

  /** Negative positions count from the end, as in arrays. */
  at(position: number): T | undefined {
    const index = position < 0 ? this.length + position : position
    return index < this.length ? this.#buffer[index] : undefined
  }

  *[Symbol.iterator](): IterableIterator<T> {
    yield* this.between(0, this.length)
  }

  /** The items from position `start` to before `end`. */
  *between(start: number, end: number): IterableIterator<T> {
    for (let index = Math.max(0, start); index < Math.min(end, this.length); index++) {
      yield this.#buffer[index] as T
    }
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

  /** With `item` where `order` puts it; itself when it has an equal one already. */
  insert(item: T, order: (a: T, b: T) => number): Sequence<T> {
    const last = this.at(-1)
    if (last === undefined || order(last, item) < 0) return this.#append(item)
    const place = this.search((other) => order(other, item) >= 0)
    const there = this.at(place)
    if (there !== undefined && order(there, item) === 0) return this
    return Sequence.of(...this.between(0, place), item, ...this.between(place, this.length))
  }

  #append(item: T): Sequence<T> {
    const grows = this.#buffer.length === this.length
    const buffer = grows ? this.#buffer : this.#buffer.slice(0, this.length)
    buffer.push(item)
    return new Sequence(buffer, this.length + 1)
  }

  filter(wanted: (item: T) => boolean): Sequence<T> {
    const buffer: T[] = []
    for (const item of this) if (wanted(item)) buffer.push(item)
    return new Sequence(buffer, buffer.length)
  }

  /** Without its first `count` items. */
  skip(count: number): Sequence<T> {
    if (count <= 0) return this
    const buffer = this.#buffer.slice(count, this.length)
    return new Sequence(buffer, buffer.length)
  }
}
