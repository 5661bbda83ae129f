import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { CircuitBreaker } from '@fluxgate/core'
import { PrometheusListener } from '@fluxgate/listeners/prometheus'
import { Registry } from 'prom-client'
import promClient from 'prom-client/package.json' with { type: 'json' }

// Memory and scrape time of one PrometheusListener with 10,000 circuits.

const CIRCUITS = 10_000
const SCRAPES = 11

interface Cost {
  title: string
  bytesPerCircuit: number
  series: number
  scrapeMs: number
  scrapeBytes: number
}

function heapBytes(): number {
  if (!globalThis.gc) throw new Error('node needs --expose-gc')
  globalThis.gc()
  globalThis.gc()
  return process.memoryUsage().heapUsed
}

const median = (values: number[]) =>
  values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

const keep: unknown[] = []

async function measure(title: string, maxCircuits: number, calls: boolean): Promise<Cost> {
  const circuits = Array.from(
    { length: CIRCUITS },
    (_, i) => new CircuitBreaker({ name: `tenant-${i}`, onError: () => {} }),
  )
  const fail = () => {
    throw new Error('down')
  }
  const call = () => {
    for (const circuit of circuits) {
      circuit.callSync(() => 1)
      circuit.callSync<number>(fail, { fallback: () => 1 })
    }
  }
  // memory that calls and snapshots need in the circuit does not belong to the listener
  if (calls) call()
  for (const circuit of circuits) circuit.snapshot()
  keep.push(circuits)
  const before = heapBytes()

  const registry = new Registry()
  const listener = new PrometheusListener({ registry, maxCircuits })
  for (const circuit of circuits) circuit.subscribe(listener)
  if (calls) call()
  let text = await registry.metrics()
  const { length: scrapeBytes } = text
  const series = text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length
  text = ''
  const bytesPerCircuit = (heapBytes() - before) / CIRCUITS

  const times: number[] = []
  for (let i = 0; i < SCRAPES; i++) {
    const start = process.cpuUsage()
    await registry.metrics()
    const { user, system } = process.cpuUsage(start)
    times.push((user + system) / 1_000)
  }
  for (const circuit of circuits) circuit.dispose()
  keep.length = 0
  return { title, bytesPerCircuit, series, scrapeMs: median(times), scrapeBytes }
}

/** ns per call, best of several rounds. */
function callCost(listeners: PrometheusListener[]): number {
  const circuit = new CircuitBreaker({ name: 'calls', listeners })
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < 20; round++) {
    const start = performance.now()
    for (let i = 0; i < 50_000; i++) circuit.callSync(() => 1)
    best = Math.min(best, (performance.now() - start) / 50_000)
  }
  return best * 1e6
}

const number = (value: number, digits = 0) =>
  value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })

const costs = [
  await measure('maxCircuits 10,000, no calls yet', 10_000, false),
  await measure('maxCircuits 10,000, successes and failures in every circuit', 10_000, true),
  await measure('maxCircuits 1,000 (default), the same calls', 1_000, true),
]
const without = callCost([])
const withOne = callCost([new PrometheusListener({ registry: new Registry() })])

const page = `# What PrometheusListener costs

\`npm run bench:listeners\` in tools/benchmarks writes this page: ${number(CIRCUITS)} circuits on one listener.
Memory is what the listener and prom-client add to the circuits themselves; a scrape is
\`registry.metrics()\`, in CPU time, the median of ${SCRAPES}.

${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.version.slice(1)}, prom-client ${promClient.version}.

| ${number(CIRCUITS)} circuits | kB per circuit | MB | series | scrape CPU ms | scrape MB |
|---|---|---|---|---|---|
${costs
  .map(({ title, bytesPerCircuit, series, scrapeMs, scrapeBytes }) =>
    [
      '',
      title,
      number(bytesPerCircuit / 1e3, 2),
      number((bytesPerCircuit * CIRCUITS) / 1e6, 1),
      number(series),
      number(scrapeMs),
      number(scrapeBytes / 1e6, 1),
      '',
    ]
      .join(' | ')
      .trim(),
  )
  .join('\n')}

A call costs ${number(withOne)} ns with the listener and ${number(without)} ns without, best of 20 rounds.
`
writeFileSync(join(import.meta.dirname, 'results.md'), page)
console.log(page)
