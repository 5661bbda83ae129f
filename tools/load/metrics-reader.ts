/** Scrapes as Prometheus does, and counts decreasing counters of long-lived circuits. */
export class MetricsReader {
  readonly #url: string
  #last: Readonly<Record<string, number>> = {}
  decreased = 0
  scrapes = 0

  constructor(origin: string) {
    this.#url = `${origin}/metrics`
  }

  async scrape(): Promise<void> {
    const counters = countersOf(await (await fetch(this.#url)).text())
    this.scrapes++
    for (const [key, before] of Object.entries(this.#last)) {
      if (!((counters[key] ?? 0) >= before)) this.decreased++
    }
    this.#last = counters
  }

  /** The counters above 0: `catalog success` counts calls, `catalog closed->open` transitions. */
  get counters(): Readonly<Record<string, number>> {
    return this.#last
  }
}

/** The counters of long-lived circuits. Those of short-lived circuits are removed with them. */
export function countersOf(exposition: string): Record<string, number> {
  const counters: Record<string, number> = {}
  const line = /^circuit_breaker_(calls|state_transition|shadow_trips)_total\{(.*)\} (\d+)$/gm
  for (const [, what, labels = '', value] of exposition.matchAll(line)) {
    const label = (name: string) => new RegExp(`\\b${name}="([^"]*)"`).exec(labels)?.[1]
    const circuit = label('circuit_name') ?? ''
    if (circuit.includes(' ') || Number(value) === 0) continue
    const key = {
      calls: label('outcome'),
      state_transition: `${label('old_state')}->${label('new_state')}`,
      shadow_trips: 'metrics_only->metrics_only',
    }[what as 'calls' | 'state_transition' | 'shadow_trips']
    counters[`${circuit} ${key}`] = Number(value)
  }
  return counters
}
