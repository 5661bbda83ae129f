/** The services that the page calls, one circuit each. */
export const serviceNames = ['catalog', 'payments', 'recommendations'] as const

export type ServiceName = (typeof serviceNames)[number]

/** How a flaky service behaves. */
export interface Knobs {
  /** Share of requests answered with a 503, 0 to 1. */
  readonly failureRate: number
  /** How long an answer takes, give or take a fifth, 0 to 10,000 ms. */
  readonly latencyMs: number
  /** Take every request and never answer. */
  readonly hang: boolean
}

export const healthy: Knobs = { failureRate: 0, latencyMs: 60, hang: false }

export function isWell({ failureRate, latencyMs, hang }: Knobs): boolean {
  return failureRate === 0 && latencyMs <= healthy.latencyMs && !hang
}

/** In words, to be put behind the name of the service. */
export function conditionOf(knobs: Knobs): string {
  if (isWell(knobs)) return 'is healthy'
  if (knobs.hang) return 'hangs'
  return knobs.failureRate > 0 ? `fails ${Math.round(knobs.failureRate * 100)} %` : 'is slow'
}

/** What the playground's server says of a service. */
export interface ServiceStatus {
  readonly name: ServiceName
  readonly origin: string
  readonly knobs: Knobs
  /** Requests that arrived since the server started. */
  readonly received: number
}

/**
 * Reads a change of knobs from outside.
 *
 * @throws TypeError or RangeError naming the knob and quoting the value
 */
export function parseKnobs(change: unknown): Partial<Knobs> {
  if (typeof change !== 'object' || change === null || Array.isArray(change)) {
    throw new TypeError(`knobs must be an object, not ${JSON.stringify(change)}`)
  }
  for (const [knob, value] of Object.entries(change)) {
    const quoted = JSON.stringify(value)
    if (knob === 'hang') {
      if (typeof value !== 'boolean') throw new TypeError(`hang must be a boolean, not ${quoted}`)
      continue
    }
    const max = knob === 'failureRate' ? 1 : knob === 'latencyMs' ? 10_000 : undefined
    if (max === undefined) throw new RangeError(`there is no knob ${JSON.stringify(knob)}`)
    if (typeof value !== 'number' || !(value >= 0 && value <= max)) {
      throw new RangeError(`${knob} must be a number from 0 to ${max}, not ${quoted}`)
    }
  }
  return change
}
