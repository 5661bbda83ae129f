import type { Signal } from '@fluxgate/core'
import type { Answer } from '../store/message.ts'
import type { FleetLink } from './link.ts'

/** How long an opening that no other instance agrees with waits for one that does, in ms. */
const ALONE_MS = 2_000

/**
 * Decides for each signal of a circuit whether this instance notifies, for `fleet.once()`: the
 * instance that caused the change does. An opening waits for the answer of the store.
 */
export class Announcer {
  readonly #link: FleetLink
  readonly #waiting = new Map<Signal, (notifies: boolean) => void>()

  constructor(link: FleetLink) {
    this.#link = link
  }

  decide(signal: Signal, notifies: boolean): void {
    this.#link.decide(signal, notifies)
  }

  /** Leaves the decision to {@link answered}, or to {@link settleAll}. */
  defer(signal: Signal): void {
    this.#link.decide(signal, new Promise<boolean>((resolve) => this.#waiting.set(signal, resolve)))
  }

  /**
   * The store answered to what was sent.
   *
   * @param version that was known before
   */
  answered(
    sent: readonly { readonly signal?: Signal }[],
    answers: readonly Answer[],
    version: number,
  ): void {
    sent.forEach(({ signal }, index) => {
      const answer = answers[index]
      if (signal && answer) this.#answered(signal, answer, version)
    })
  }

  #answered(signal: Signal, { version, by, state }: Answer, before: number): void {
    if (version > before) this.#settle(signal, by === this.#link.instance)
    else if (state === 'open' || state === 'recovering') this.#settle(signal, false)
    else if (signal.newState !== 'open') this.#settle(signal, true)
    else this.#link.after(ALONE_MS, () => this.#settle(signal, true))
  }

  /** The fleet changed, or the store is unreachable. */
  settleAll(notifies: boolean): void {
    for (const signal of this.#waiting.keys()) this.#settle(signal, notifies)
  }

  #settle(signal: Signal, notifies: boolean): void {
    this.#waiting.get(signal)?.(notifies)
    this.#waiting.delete(signal)
  }
}
