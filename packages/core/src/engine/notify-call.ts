import type { ListenerQueue } from '../listeners/listener-queue.ts'
import type { Clock } from '../model/clock.ts'
import type { Outcome } from '../model/outcome.ts'
import type { CallEvent } from '../model/signal.ts'
import type { State } from '../model/state.ts'
import type { Admission } from './circuit-state.ts'

interface Notifier {
  readonly queue: ListenerQueue | undefined
  readonly options: { readonly name: string; readonly rare: { readonly clock: Clock } }
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/** @param durationMs undefined for a call that was not timed */
export function notifyCall(
  { queue, options: { name: circuitName, rare } }: Notifier,
  outcome: CallEvent['outcome'],
  durationMs: number | undefined,
  state: State,
  stale: boolean,
  error?: unknown,
): void {
  if (queue?.wantsCalls !== true) return
  const timestamp = rare.clock.timestamp()
  // two spreads would take 8 % of a call with a PrometheusListener
  const event: Mutable<CallEvent> =
    durationMs === undefined
      ? { circuitName, outcome, state, timestamp, stale }
      : { circuitName, outcome, durationMs, state, timestamp, stale }
  if (error !== undefined) event.error = error
  queue.notifyCall(Object.freeze(event))
}

/** {@link notifyCall} for an admitted call. A disabled circuit reports only stale ones. */
export function notifySettled(
  circuit: Notifier,
  admission: Admission,
  outcome: Outcome,
  durationMs: number | undefined,
  stale: boolean,
  error: unknown,
): void {
  const kind = admission.kind === 'probe' ? 'half_open' : admission.kind
  if (stale || kind !== 'disabled') notifyCall(circuit, outcome, durationMs, kind, stale, error)
}
