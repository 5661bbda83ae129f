/** Something that happens to the fleet. Times are in ms. */
export type Fault =
  | { readonly kind: 'kill instance'; readonly instance: number; readonly forMs: number }
  | { readonly kind: 'pause instance'; readonly instance: number; readonly forMs: number }
  | { readonly kind: 'partition'; readonly instance: number; readonly forMs: number }
  | { readonly kind: 'reset connection'; readonly instance: number; readonly forMs: number }
  | { readonly kind: 'slow network'; readonly instance: number; readonly forMs: number }
  | { readonly kind: 'shift clock'; readonly instance: number; readonly byMs: number }
  | {
      readonly kind: 'manual'
      readonly instance: number
      readonly forMs: number
      readonly to: ManualState
    }
  | { readonly kind: 'kill redis'; readonly forMs: number }
  | { readonly kind: 'pause redis'; readonly forMs: number }
  | { readonly kind: 'flush redis' }
  | { readonly kind: 'service'; readonly behaviour: 'fail' | 'hang' | 'succeed' }

/** The state that an operator sets on one instance. */
type ManualState = 'forced_open' | 'disabled'

type Draw = (random: () => number, instance: number) => Fault

const HOUR_MS = 3_600_000

/** The first number is how often a fault comes, compared with the others. */
const faults: readonly (readonly [number, Draw])[] = [
  [
    2,
    (random, instance) => ({ kind: 'kill instance', instance, forMs: between(random, 0, 1_000) }),
  ],
  [
    2,
    (random, instance) => ({
      kind: 'pause instance',
      instance,
      forMs: between(random, 200, 4_000),
    }),
  ],
  [2, (random, instance) => ({ kind: 'partition', instance, forMs: between(random, 500, 6_000) })],
  [
    1,
    (random, instance) => ({
      kind: 'reset connection',
      instance,
      forMs: between(random, 0, 2_000),
    }),
  ],
  [
    1,
    (random, instance) => ({ kind: 'slow network', instance, forMs: between(random, 500, 5_000) }),
  ],
  [
    2,
    (random, instance) => ({
      kind: 'shift clock',
      instance,
      byMs: between(random, -HOUR_MS, HOUR_MS),
    }),
  ],
  [
    1,
    (random, instance) => ({
      kind: 'manual',
      instance,
      forMs: between(random, 500, 4_000),
      to: random() < 0.5 ? 'forced_open' : 'disabled',
    }),
  ],
  [1, (random) => ({ kind: 'kill redis', forMs: between(random, 0, 4_000) })],
  [1, (random) => ({ kind: 'pause redis', forMs: between(random, 100, 4_000) })],
  [1, () => ({ kind: 'flush redis' })],
  [
    3,
    (random) => ({
      kind: 'service',
      behaviour: oneOf(random, ['fail', 'hang', 'succeed', 'succeed']),
    }),
  ],
]

/** The next fault, chosen at random. */
export function nextFault(random: () => number, instances: number): Fault {
  const instance = Math.floor(random() * instances)
  let rest = random() * faults.reduce((sum, [weight]) => sum + weight, 0)
  for (const [weight, draw] of faults) {
    rest -= weight
    if (rest < 0) return draw(random, instance)
  }
  return { kind: 'flush redis' }
}

function between(random: () => number, min: number, max: number): number {
  return Math.round(min + random() * (max - min))
}

function oneOf<T>(random: () => number, values: readonly [T, ...T[]]): T {
  return values[Math.floor(random() * values.length)] ?? values[0]
}
