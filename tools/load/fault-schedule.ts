import type { ManualTransition } from '../../playground/src/backend-status.ts'
import { healthy, type Knobs, type ServiceName, serviceNames } from '../../playground/src/knobs.ts'

/** A service changes, a circuit gets a manual transition, or the receivers of the listeners reject requests. */
export type Event =
  | { readonly kind: 'service'; readonly name: ServiceName; readonly knobs: Knobs }
  | {
      readonly kind: 'transitions'
      readonly name: ServiceName
      readonly transitions: readonly ManualTransition[]
    }
  | { readonly kind: 'receivers'; readonly rejectionRate: number }

const faults: readonly Knobs[] = [
  { failureRate: 1, latencyMs: 20, hang: false },
  { failureRate: 0.7, latencyMs: 60, hang: false },
  { failureRate: 0.2, latencyMs: 60, hang: false },
  { failureRate: 0, latencyMs: 950, hang: false },
  { failureRate: 0, latencyMs: 1_500, hang: false },
  { failureRate: 0, latencyMs: 0, hang: true },
]

const manualTransitions: readonly (readonly ManualTransition[])[] = [
  ['metricsOnly'],
  ['disable'],
  ['forceOpen'],
  ['trip'],
  ['reset'],
  // more transitions than Slack accepts messages per second
  Array.from({ length: 10 }, () => ['trip', 'disable', 'metricsOnly', 'reset'] as const).flat(),
]

/** A random event. Services are healthy half of the time; half of the manual transitions are resets. */
export function nextEvent(random: () => number): Event {
  const pick = <T>(from: readonly T[]) => from[Math.floor(random() * from.length)] as T
  const name = pick(serviceNames)
  const chance = random()
  if (chance < 0.7) {
    return { kind: 'service', name, knobs: random() < 0.5 ? healthy : pick(faults) }
  }
  if (chance < 0.95) {
    return {
      kind: 'transitions',
      name,
      transitions: random() < 0.5 ? ['reset'] : pick(manualTransitions),
    }
  }
  return { kind: 'receivers', rejectionRate: random() < 0.5 ? 0 : 0.3 }
}
