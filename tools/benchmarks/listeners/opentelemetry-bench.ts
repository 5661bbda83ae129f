import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { CircuitBreaker, type Listener } from '@fluxgate/core'
import { OpenTelemetryListener } from '@fluxgate/listeners/opentelemetry'
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics'
import sdk from '@opentelemetry/sdk-metrics/package.json' with { type: 'json' }

// Measures 1,000 circuits with one OpenTelemetryListener: memory, collections, and the cost of a call.

const CIRCUITS = 1_000
const COLLECTIONS = 11

class ManualReader extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}

function createSdk() {
  const reader = new ManualReader()
  const provider = new MeterProvider({
    readers: [reader],
    views: [{ instrumentName: 'circuit_breaker.*', aggregationCardinalityLimit: 10_000 }],
  })
  return { reader, meter: provider.getMeter('bench') }
}

function heapBytes(): number {
  if (!globalThis.gc) throw new Error('run it with node --expose-gc')
  for (let i = 0; i < 4; i++) globalThis.gc()
  return process.memoryUsage().heapUsed
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}

const median = (values: number[]) =>
  values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

interface Cost {
  title: string
  listenerBytes: number
  totalBytes: number
  series: number
  collectMs: number
}

const keep: unknown[] = []

async function measure(title: string, durations: boolean): Promise<Cost> {
  const circuits = Array.from({ length: CIRCUITS }, (_, i) => {
    return new CircuitBreaker({ name: `tenant-${i}`, onError: () => {} })
  })
  const fail = () => {
    throw new Error('down')
  }
  const call = () => {
    for (const circuit of circuits) {
      circuit.callSync(() => 1)
      circuit.callSync<number>(fail, { fallback: () => 1 })
    }
  }
  // a circuit keeps the memory of its calls and snapshots with and without a listener
  call()
  for (const circuit of circuits) circuit.snapshot()
  const { reader, meter } = createSdk()
  keep.push(circuits, reader)
  const before = heapBytes()

  const listener = new OpenTelemetryListener({ meter, durations })
  for (const circuit of circuits) circuit.subscribe(listener)
  call()
  const listenerBytes = (heapBytes() - before) / CIRCUITS
  let series = 0
  const times: number[] = []
  for (let i = 0; i < COLLECTIONS; i++) {
    const start = cpuMs()
    const { resourceMetrics } = await reader.collect()
    times.push(cpuMs() - start)
    const [scope] = resourceMetrics.scopeMetrics
    series = scope?.metrics.reduce((sum, { dataPoints }) => sum + dataPoints.length, 0) ?? 0
  }
  const totalBytes = (heapBytes() - before) / CIRCUITS
  for (const circuit of circuits) circuit.dispose()
  keep.length = 0
  return { title, listenerBytes, totalBytes, series, collectMs: median(times) }
}

const titles = ['without a listener', 'with the listener', 'with `durations: true`']

/** ns per call: the best of several rounds, in turns, so that all meet the same machine. */
async function callCosts(): Promise<{ sync: number[]; async: number[] }> {
  const circuitWith = (...listeners: Listener[]) =>
    new CircuitBreaker({ name: 'calls', timed: true, listeners })
  const circuits = [
    circuitWith(),
    circuitWith(new OpenTelemetryListener({ meter: createSdk().meter })),
    circuitWith(new OpenTelemetryListener({ meter: createSdk().meter, durations: true })),
  ]
  const best = { sync: circuits.map(() => Infinity), async: circuits.map(() => Infinity) }
  const calls = 20_000
  const record = (costs: number[], i: number, start: number) => {
    costs[i] = Math.min(costs[i] ?? Infinity, ((performance.now() - start) / calls) * 1e6)
  }
  for (let round = 0; round < 30; round++) {
    for (const [i, circuit] of circuits.entries()) {
      let start = performance.now()
      for (let call = 0; call < calls; call++) circuit.callSync(() => 1)
      record(best.sync, i, start)
      start = performance.now()
      for (let call = 0; call < calls; call++) await circuit.call(async () => 1)
      record(best.async, i, start)
    }
  }
  return best
}

const number = (value: number, digits = 0) =>
  value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })

const costs = [await measure('default', false), await measure('`durations: true`', true)]
const { sync, async } = await callCosts()
const callRow = (title: string, i: number) =>
  `| ${title} | ${[sync, async]
    .map((times) => `${number(times[i] ?? 0)} | ${number((times[i] ?? 0) / (times[0] ?? 0), 2)}`)
    .join(' | ')} |`

const page = `# The cost of OpenTelemetryListener

Written by \`npm run bench:listeners -w @fluxgate/benchmarks\`: ${number(CIRCUITS)} circuits with one listener, successes
and failures in each. Memory is what the listener adds to the circuits, before and after the SDK has collected
${COLLECTIONS} times. A collection is \`reader.collect()\`, in CPU time, the median of ${COLLECTIONS}; it is one block.

${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.version.slice(1)}, @opentelemetry/sdk-metrics ${sdk.version}, cardinality limit 10,000.

| ${number(CIRCUITS)} circuits | kB per circuit | kB per circuit with the SDK | series | collection CPU ms |
|---|---|---|---|---|
${costs
  .map(
    ({ title, listenerBytes, totalBytes, series, collectMs }) =>
      `| ${title} | ${number(listenerBytes / 1e3, 2)} | ${number(totalBytes / 1e3, 2)} | ${number(series)} | ${number(collectMs)} |`,
  )
  .join('\n')}

| a successful, timed call | callSync, ns | ratio | call, ns | ratio |
|---|---|---|---|---|
${titles.map(callRow).join('\n')}

Best of 30 rounds, in turns.
`
writeFileSync(join(import.meta.dirname, 'opentelemetry.md'), page)
console.log(page)
