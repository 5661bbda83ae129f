import type { CallEvent } from '../model/signal.ts'
import type { State } from '../model/state.ts'
import type { CircuitController } from './circuit-controller.ts'

/** @param durationMs undefined for a call that was not timed */
export function notifyCall(
  { queue, options: { name: circuitName, clock } }: CircuitController,
  outcome: CallEvent['outcome'],
  durationMs: number | undefined,
  state: State,
  stale: boolean,
  error?: unknown,
): void {
  if (queue?.wantsCalls !== true) return
  const event: CallEvent = {
    circuitName,
    outcome,
    ...(durationMs !== undefined && { durationMs }),
    state,
    timestamp: clock.timestamp(),
    stale,
    ...(error !== undefined && { error }),
  }
  queue.notifyCall(Object.freeze(event))
}
