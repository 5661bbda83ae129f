import type { BackendMove } from '../../playground/src/backend-status.ts'
import { healthy, type Knobs, type ServiceName, serviceNames } from '../../playground/src/knobs.ts'

/** What happens next: a service turns, somebody moves a circuit, or the listeners' receivers falter. */
export type Event =
  | { readonly kind: 'service'; readonly name: ServiceName; readonly knobs: Knobs }
  | { readonly kind: 'moves'; readonly name: ServiceName; readonly moves: readonly BackendMove[] }
  | { readonly kind: 'receivers'; readonly refusals: number }

const faults: readonly Knobs[] = [
  { failureRate: 1, latencyMs: 20, hang: false },
  { failureRate: 0.7, latencyMs: 60, hang: false },
  { failureRate: 0.2, latencyMs: 60, hang: false },
  { failureRate: 0, latencyMs: 950, hang: false },
  { failureRate: 0, latencyMs: 1_500, hang: false },
  { failureRate: 0, latencyMs: 0, hang: true },
]

const hands: readonly (readonly BackendMove[])[] = [
  ['metricsOnly'],
  ['disable'],
  ['forceOpen'],
  ['trip'],
  ['reset'],
  // somebody who cannot make up their mind: more than Slack takes in a second
  Array.from({ length: 10 }, () => ['trip', 'disable', 'metricsOnly', 'reset'] as const).flat(),
]

/** One event, by chance: services are well half of the time, and what hands did is undone in the end. */
export function nextEvent(random: () => number): Event {
  const pick = <T>(from: readonly T[]) => from[Math.floor(random() * from.length)] as T
  const name = pick(serviceNames)
  const chance = random()
  if (chance < 0.7) {
    return { kind: 'service', name, knobs: random() < 0.5 ? healthy : pick(faults) }
  }
  if (chance < 0.95) {
    return { kind: 'moves', name, moves: random() < 0.5 ? ['reset'] : pick(hands) }
  }
  return { kind: 'receivers', refusals: random() < 0.5 ? 0 : 0.3 }
}
