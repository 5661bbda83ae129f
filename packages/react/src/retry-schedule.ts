import type { CircuitHandle, State } from '@fluxgate/core'
import type { CircuitView } from './circuit-view.ts'
import { startTimer } from './start-timer.ts'

const FIRST_DELAY_MS = 5_000
const MAX_DELAY_MS = 60_000

/** Decides when a boundary shows its children again after a rejection. */
export class RetrySchedule {
  readonly circuit: CircuitHandle
  #last: Pick<CircuitView, 'state' | 'permitted'> | undefined
  /** The `since` of the half-open state that the two fields below belong to. */
  #since: number | undefined
  #attempts = 0
  /** Monotonic ms; undefined while no attempt is planned. */
  #attemptAt: number | undefined

  constructor(circuit: CircuitHandle) {
    this.circuit = circuit
  }

  /** The children are shown. */
  onShown(): void {
    this.#last = undefined
  }

  /**
   * Follows the circuit while the fallback is shown.
   *
   * @param rejectedIn the state in which the circuit rejected the call
   * @returns a cleanup
   */
  follow(
    view: CircuitView,
    rejectedIn: State | undefined,
    recover: () => void,
  ): (() => void) | undefined {
    // A rejection in half_open may have been random: `permitted` was not necessarily false.
    const last = this.#last ?? { state: rejectedIn, permitted: rejectedIn === 'half_open' }
    this.#last = view
    if (!view.permitted) return undefined
    const changed = view.state !== last.state || !last.permitted
    if (view.state === 'half_open') return this.#followHalfOpen(view, changed, recover)
    if (changed) recover()
    return undefined
  }

  /**
   * `permitted` changes with each probe of other callers, and a permit may reject at random. The
   * fallback and the children would alternate, so that the pauses grow.
   */
  #followHalfOpen(
    { since }: CircuitView,
    changed: boolean,
    recover: () => void,
  ): (() => void) | undefined {
    if (this.#since !== since) {
      this.#since = since
      this.#attempts = 0
      this.#attemptAt = undefined
    }
    const atOnce = changed && this.#attempts === 0
    const delayMs = Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.max(0, this.#attempts - 1))
    const now = this.circuit.clock.now()
    this.#attemptAt ??= now + (atOnce ? 0 : delayMs)
    const attempt = () => {
      this.#attempts++
      this.#attemptAt = undefined
      recover()
    }
    const leftMs = Math.ceil(this.#attemptAt - now)
    if (leftMs <= 0) return void attempt()
    return startTimer(this.circuit, attempt, leftMs)
  }
}
