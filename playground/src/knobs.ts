/** The services that the page calls. Each has a circuit. */
export const serviceNames = ['catalog', 'payments', 'recommendations'] as const

export type ServiceName = (typeof serviceNames)[number]

/** The injected faults of a service. */
export interface Knobs {
  /** Share of requests with the status 503, 0 to 1. */
  readonly failureRate: number
  /** Response time ± 20 %, 0 to 10,000 ms. */
  readonly latencyMs: number
  /** Accept requests and never respond. */
  readonly hang: boolean
}

export const healthy: Knobs = { failureRate: 0, latencyMs: 60, hang: false }

export function isHealthy({ failureRate, latencyMs, hang }: Knobs): boolean {
  return failureRate === 0 && latencyMs <= healthy.latencyMs && !hang
}

/** A predicate for the name of the service: `catalog` `is slow`. */
export function conditionOf(knobs: Knobs): string {
  if (isHealthy(knobs)) return 'is healthy'
  if (knobs.hang) return 'hangs'
  return knobs.failureRate > 0 ? `fails ${Math.round(knobs.failureRate * 100)} %` : 'is slow'
}

/** The status of a service, as the playground's server reports it. */
export interface ServiceStatus {
  readonly name: ServiceName
  readonly origin: string
  readonly knobs: Knobs
  /** Requests since the server started, or those of the page that sent the request. */
  readonly received: number
}

/**
 * Validates a change of knobs from a request.
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
    if (max === undefined) throw new RangeError(`unknown knob ${JSON.stringify(knob)}`)
    if (typeof value !== 'number' || !(value >= 0 && value <= max)) {
      throw new RangeError(`${knob} must be a number from 0 to ${max}, not ${quoted}`)
    }
  }
  return change
}
