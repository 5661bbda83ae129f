import type { ExchangeParticipant } from '../member/member-context.ts'

/** The circuits of this instance by name, held weakly: an unused breaker needs no `dispose()`. */
export class Members {
  readonly #refs = new Map<string, WeakRef<ExchangeParticipant>>()
  #latest: WeakRef<ExchangeParticipant> | undefined
  #sweepAt = 256

  /** The member that joined last. */
  get latest(): ExchangeParticipant | undefined {
    return this.#latest?.deref()
  }

  get(name: string): ExchangeParticipant | undefined {
    return this.#refs.get(name)?.deref()
  }

  /** Returns the member that `member` replaces. */
  add(member: ExchangeParticipant): ExchangeParticipant | undefined {
    const replaced = this.get(member.name)
    this.#latest = new WeakRef(member)
    this.#refs.set(member.name, this.#latest)
    if (this.#refs.size > this.#sweepAt) this.#sweepAt = 2 * this.all().length + 256
    return replaced
  }

  /** Returns false when another member has replaced it. */
  remove(member: ExchangeParticipant): boolean {
    return this.get(member.name) === member && this.#refs.delete(member.name)
  }

  /** Returns all members, without those that were garbage-collected. */
  all(): ExchangeParticipant[] {
    const members: ExchangeParticipant[] = []
    for (const [name, ref] of this.#refs) {
      const member = ref.deref()
      if (member === undefined) this.#refs.delete(name)
      else members.push(member)
    }
    return members
  }
}
