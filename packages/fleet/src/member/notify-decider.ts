import type { Signal } from '@fluxgate/core'
import type { Answer } from '../store/message.ts'
import type { MemberContext } from './member-context.ts'

/** How long an opening waits for other instances to report one as well, in ms. */
const AGREEMENT_WAIT_MS = 2_000

/**
 * Decides for each signal of a circuit whether this instance notifies, for `fleet.once()`. Only the
 * instance that caused the change notifies. For an opening, the decision waits for the store's answer.
 */
export class NotifyDecider {
  readonly #context: MemberContext
  readonly #pending = new Map<Signal, (notifies: boolean) => void>()

  constructor(context: MemberContext) {
    this.#context = context
  }

  decide(signal: Signal, notifies: boolean): void {
    this.#context.decide(signal, notifies)
  }

  /** Leaves the decision to {@link answered}, or to {@link settleAll}. */
  defer(signal: Signal): void {
    const decision = new Promise<boolean>((resolve) => this.#pending.set(signal, resolve))
    this.#context.decide(signal, decision)
  }

  /**
   * Decides about the signals whose events the store has answered.
   *
   * @param knownVersion the version that was known before the exchange
   */
  answered(
    sent: readonly { readonly signal?: Signal }[],
    answers: readonly Answer[],
    knownVersion: number,
  ): void {
    sent.forEach(({ signal }, index) => {
      const answer = answers[index]
      if (signal && answer) this.#answered(signal, answer, knownVersion)
    })
  }

  #answered(signal: Signal, { version, by, state }: Answer, knownVersion: number): void {
    if (version > knownVersion) this.#settle(signal, by === this.#context.instance)
    else if (state === 'open' || state === 'recovering') this.#settle(signal, false)
    else if (signal.newState !== 'open') this.#settle(signal, true)
    else this.#context.after(AGREEMENT_WAIT_MS, () => this.#settle(signal, true))
  }

  /** Called when the shared circuit changed, or when the store is unreachable. */
  settleAll(notifies: boolean): void {
    for (const signal of this.#pending.keys()) this.#settle(signal, notifies)
  }

  #settle(signal: Signal, notifies: boolean): void {
    this.#pending.get(signal)?.(notifies)
    this.#pending.delete(signal)
  }
}
