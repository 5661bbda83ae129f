/** A series of a metric, as a line of Prometheus' text format gives it. */
export interface Sample {
  /** `circuit_breaker_calls_total` */
  readonly name: string
  readonly labels: ReadonlyMap<string, string>
  readonly value: string
}

/** The value of one series in both texts; absent where the text does not have it. */
export interface ComparedSample {
  readonly name: string
  /** `outcome="success"`: without the circuit, whose series are listed together. */
  readonly labels: string
  readonly prometheus?: string
  readonly openTelemetry?: string
}

/** Labels that the exporter of OpenTelemetry adds to each series. */
const isOwnLabel = (label: string) => !label.startsWith('otel_')

/** Parses the samples of a text; other lines, such as `# TYPE`, are skipped. */
export function parseExposition(text: string): readonly Sample[] {
  return text.split('\n').flatMap((line) => {
    const [, name, labels = '', value] = /^([a-z_:]\w*)(?:\{(.*)\})? (\S+)/i.exec(line) ?? []
    if (name === undefined || value === undefined) return []
    const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(
      ([, label = '', content = '']): [string, string] => [label, content],
    )
    return [{ name, labels: new Map(pairs.filter(([label]) => isOwnLabel(label))), value }]
  })
}

/** The series of one circuit in both texts, by name. The buckets of histograms are left out. */
export function compareSamples(
  circuit: string,
  prometheus: readonly Sample[],
  openTelemetry: readonly Sample[],
): readonly ComparedSample[] {
  const rows = new Map<string, ComparedSample>()
  const add = (key: 'prometheus' | 'openTelemetry', samples: readonly Sample[]) => {
    for (const { name, labels, value } of samples) {
      if (labels.get('circuit_name') !== circuit || labels.has('le')) continue
      const others = [...labels].filter(([label]) => label !== 'circuit_name').sort()
      const text = others.map(([label, content]) => `${label}="${content}"`).join(', ')
      const id = `${name} ${text}`
      rows.set(id, { ...(rows.get(id) ?? { name, labels: text }), [key]: value })
    }
  }
  add('prometheus', prometheus)
  add('openTelemetry', openTelemetry)
  return [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row)
}
