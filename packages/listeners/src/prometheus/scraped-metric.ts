import { type CircuitCounts, labelTextOf } from './circuit-counts.ts'

/** Labels of a series besides those of its circuit, as data and as text. */
export interface SeriesLabels {
  readonly labels: Readonly<Record<string, string | number>>
  /** Before the labels of the circuit, where prom-client writes `le`; ends with a comma. */
  readonly before: string
  /** After the labels of the circuit; begins with a comma. */
  readonly after: string
}

/** Receives one series: the suffix of its name, its labels and its value. */
type Emit = (suffix: string, labels: SeriesLabels, value: number) => void

/** A metric, and how its series are read from the counts of a circuit. */
export interface MetricDefinition {
  /** Without prefix: `calls_total`. */
  readonly name: string
  readonly help: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  /** How prom-client combines the values of the workers of a cluster. */
  readonly aggregator: 'sum' | 'max' | 'min' | 'average'
  readonly labelNames: readonly string[]
  read(counts: CircuitCounts, emit: Emit): void
  /** Called by `registry.resetMetrics()`. */
  reset?(counts: CircuitCounts): void
}

interface Value {
  readonly labels: Record<string, string | number>
  readonly value: number
  readonly metricName?: string
}

interface MetricData {
  readonly name: string
  readonly help: string
  readonly type: string
  readonly aggregator: string
  readonly values: readonly Value[]
}

/** The parts of a registry of prom-client that a metric reads. */
interface DefaultLabels {
  readonly _defaultLabels?: Readonly<Record<string, string>>
}

/** Runs readers one at a time, each in short blocks. */
export class Reader {
  #last: Promise<unknown> = Promise.resolve()

  /** Calls `read` for each item. Other tasks of the process run in between. */
  each<T>(items: () => Iterable<T>, read: (item: T) => void, afterBlock = () => {}): Promise<void> {
    const done = this.#last.then(async () => {
      let start = performance.now()
      let blocks = 1
      for (const item of items()) {
        read(item)
        if (performance.now() - start < MAX_BLOCK_MS) continue
        afterBlock()
        await nextTask()
        start = performance.now()
        blocks++
      }
      afterBlock()
      // what prom-client does with a long text is a block of its own
      if (blocks > 1) await nextTask()
    })
    this.#last = done.catch(() => {}) // the caller handles the error
    return done
  }
}

/** A scrape of many circuits must not delay the calls of the process. */
const MAX_BLOCK_MS = 3

function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof setImmediate === 'function') setImmediate(resolve)
    else setTimeout(resolve, 0)
  })
}

/**
 * A metric for a registry of prom-client that keeps no values: a scrape reads them from the counts.
 *
 * It has the members that prom-client uses of its own metrics. It writes the text of the scrape itself,
 * because prom-client formats all series of a metric in one block.
 */
export class ScrapedMetric {
  /** Changed by registries of the OpenMetrics format: they cut `_total`. */
  name: string
  readonly help: string
  readonly type: string
  readonly aggregator: string
  readonly #fullName: string
  readonly #definition: MetricDefinition
  readonly #counts: () => Iterable<CircuitCounts>
  readonly #reader: Reader
  readonly #registry: DefaultLabels

  constructor(
    definition: MetricDefinition,
    prefix: string,
    counts: () => Iterable<CircuitCounts>,
    reader: Reader,
    registry: object,
  ) {
    const { name, help, type, aggregator } = definition
    this.#fullName = `${prefix}circuit_breaker_${name}`
    this.name = this.#fullName
    this.help = help
    this.type = type
    this.aggregator = aggregator
    this.#definition = definition
    this.#counts = counts
    this.#reader = reader
    this.#registry = registry
  }

  /** The series as data, for `getMetricsAsJSON()` and for a cluster. */
  async get(): Promise<MetricData> {
    const values: Value[] = []
    await this.#reader.each(this.#counts, (counts) =>
      this.#definition.read(counts, (suffix, { labels }, value) => {
        const { le, ...rest } = labels
        values.push({
          labels: { ...(le !== undefined && { le }), ...counts.labels, ...rest },
          value,
          ...(this.type === 'histogram' && { metricName: `${this.#fullName}${suffix}` }),
        })
      }),
    )
    const { name, help, type, aggregator } = this
    return { name, help, type, aggregator, values }
  }

  /** The series as text. They follow the type, which prom-client writes as it is, at the end of a line. */
  async getForPromString(): Promise<MetricData> {
    const endOf = this.#endsOfSeries()
    const starts = new Map<string, string>()
    // Parts, because the strings of single lines would be most of the garbage of a scrape.
    const parts: string[] = []
    const blocks: string[] = []
    await this.#reader.each(
      this.#counts,
      (counts) => {
        const end = endOf(counts)
        this.#definition.read(counts, (suffix, { before, after }, value) => {
          let start = starts.get(suffix)
          // Stryker disable next-line ConditionalExpression: an optimization; the text is the same each time
          if (start === undefined) {
            start = `\n${this.#fullName}${suffix}{`
            starts.set(suffix, start)
          }
          parts.push(start, before, counts.labelText, after, end, String(value))
        })
      },
      () => {
        blocks.push(parts.join(''))
        parts.length = 0
      },
    )
    const { name, help, aggregator } = this
    // not joined: prom-client copies the text once more
    const type = blocks.reduce((text, block) => text + block, this.type)
    return { name, help, type, aggregator, values: [] }
  }

  reset(): void {
    for (const counts of this.#counts()) this.#definition.reset?.(counts)
  }

  /**
   * What follows the labels of a series: those of `registry.setDefaultLabels()`, and the brace. A label
   * of the metric or of the listener takes precedence: Prometheus refuses a scrape with a name twice.
   */
  #endsOfSeries(): (counts: CircuitCounts) => string {
    const { labelNames } = this.#definition
    const defaults = Object.entries(this.#registry._defaultLabels ?? {}).filter(
      ([name]) => !labelNames.includes(name),
    )
    const endWithout = (taken: object) => {
      const labels = defaults.filter(([name]) => !Object.hasOwn(taken, name))
      return labels.length === 0 ? '} ' : `,${labelTextOf(Object.fromEntries(labels))}} `
    }
    const usual = endWithout({ circuit_name: '' })
    return ({ labels }) => {
      const isUsual = defaults.every(([name]) => name === 'circuit_name' || !(name in labels))
      return isUsual ? usual : endWithout(labels)
    }
  }
}

/** Labels of a series after those of its circuit, and `le` before them. */
export function seriesLabels(
  labels: Readonly<Record<string, string | number>>,
  le?: number | string,
): SeriesLabels {
  const text = labelTextOf(labels)
  return {
    labels: le === undefined ? labels : { le, ...labels },
    before: le === undefined ? '' : `le="${le}",`,
    after: text === '' ? '' : `,${text}`,
  }
}
