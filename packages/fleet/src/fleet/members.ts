import type { Exchanger } from '../member/link.ts'

/** The circuits of this instance by name. Weak: a breaker that is dropped needs no `dispose()`. */
export class Members {
  readonly #refs = new Map<string, WeakRef<Exchanger>>()
  #latest: WeakRef<Exchanger> | undefined
  #sweepAt = 256

  /** The member that joined last. */
  get latest(): Exchanger | undefined {
    return this.#latest?.deref()
  }

  get(name: string): Exchanger | undefined {
    return this.#refs.get(name)?.deref()
  }

  /** Returns the member whose place `member` takes. */
  add(member: Exchanger): Exchanger | undefined {
    const before = this.get(member.name)
    this.#latest = new WeakRef(member)
    this.#refs.set(member.name, this.#latest)
    if (this.#refs.size > this.#sweepAt) this.#sweepAt = 2 * this.all().length + 256
    return before
  }

  /** Returns false when another member has taken its place. */
  remove(member: Exchanger): boolean {
    return this.get(member.name) === member && this.#refs.delete(member.name)
  }

  /** All members that are alive. Forgets the others. */
  all(): Exchanger[] {
    const alive: Exchanger[] = []
    for (const [name, ref] of this.#refs) {
      const member = ref.deref()
      if (member === undefined) this.#refs.delete(name)
      else alive.push(member)
    }
    return alive
  }
}
