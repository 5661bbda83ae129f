import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { CircuitBreaker, type Listener } from '@fluxgate/core'
import { PrometheusListener } from '@fluxgate/listeners/prometheus'
import { Registry } from 'prom-client'
import promClient from 'prom-client/package.json' with { type: 'json' }

// Measures 10,000 circuits with one PrometheusListener: memory, scrapes, and the cost of a call.

const CIRCUITS = 10_000
const SCRAPES = 11

interface Cost {
  title: string
  bytesPerCircuit: number
  series: number
  scrapeMs: number
  longestBlockMs: number
  scrapeBytes: number
}

function heapBytes(): number {
  if (!globalThis.gc) throw new Error('run it with node --expose-gc')
  for (let i = 0; i < 4; i++) globalThis.gc()
  // the buckets of a typed array would be outside the heap
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

const median = (values: number[]) =>
  values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}

/**
 * The longest time for which `work` keeps other tasks from running, in ms of CPU time: on a busy
 * machine the time of the wall clock is mostly that of other processes.
 */
async function longestBlock(work: () => Promise<unknown>): Promise<number> {
  let longest = 0
  let last = cpuMs()
  let done = false
  const measure = () => {
    const now = cpuMs()
    longest = Math.max(longest, now - last)
    last = now
    if (!done) setImmediate(measure)
  }
  setImmediate(measure)
  await work()
  done = true
  measure()
  return longest
}

/** Counts without a regular expression, which would keep the text for `RegExp.input`. */
async function scrapeSize(registry: Registry): Promise<{ series: number; scrapeBytes: number }> {
  const text = await registry.metrics()
  let series = 0
  for (let start = 0; start < text.length; ) {
    const end = text.indexOf('\n', start)
    if (end > start && text[start] !== '#') series++
    start = end + 1
  }
  return { series, scrapeBytes: text.length }
}

const keep: unknown[] = []

async function measure(title: string, maxCircuits: number, outcomes: 0 | 1 | 2): Promise<Cost> {
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
      if (outcomes === 2) circuit.callSync<number>(fail, { fallback: () => 1 })
    }
  }
  // a circuit keeps the memory of its calls and snapshots with and without a listener
  if (outcomes > 0) call()
  for (const circuit of circuits) circuit.snapshot()
  keep.push(circuits)
  const before = heapBytes()

  const registry = new Registry()
  const listener = new PrometheusListener({ registry, maxCircuits })
  for (const circuit of circuits) circuit.subscribe(listener)
  if (outcomes > 0) call()
  const { series, scrapeBytes } = await scrapeSize(registry)
  const bytesPerCircuit = (heapBytes() - before) / CIRCUITS

  const times: number[] = []
  const blocks: number[] = []
  for (let i = 0; i < SCRAPES; i++) {
    const start = cpuMs()
    blocks.push(await longestBlock(() => registry.metrics()))
    times.push(cpuMs() - start)
  }
  for (const circuit of circuits) circuit.dispose()
  keep.length = 0
  return {
    title,
    bytesPerCircuit,
    series,
    scrapeMs: median(times),
    longestBlockMs: median(blocks),
    scrapeBytes,
  }
}

/** ns per call: the best of several rounds, in turns, so that both meet the same machine. */
async function callCosts(): Promise<{ sync: [number, number]; async: [number, number] }> {
  const circuitWith = (...listeners: Listener[]) =>
    new CircuitBreaker({ name: 'calls', timed: true, listeners })
  const circuits = [
    circuitWith(),
    circuitWith(new PrometheusListener({ registry: new Registry() })),
  ] as const
  const best = { sync: [Infinity, Infinity], async: [Infinity, Infinity] } as {
    sync: [number, number]
    async: [number, number]
  }
  const calls = 10_000 // few, so that some rounds are not interrupted by other processes
  for (let round = 0; round < 200; round++) {
    for (const i of [0, 1] as const) {
      const circuit = circuits[i]
      let start = performance.now()
      for (let call = 0; call < calls; call++) circuit.callSync(() => 1)
      best.sync[i] = Math.min(best.sync[i], ((performance.now() - start) / calls) * 1e6)
      start = performance.now()
      for (let call = 0; call < calls; call++) await circuit.call(async () => 1)
      best.async[i] = Math.min(best.async[i], ((performance.now() - start) / calls) * 1e6)
    }
  }
  return best
}

const number = (value: number, digits = 0) =>
  value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })

const costs = [
  await measure('maxCircuits 10,000, no calls yet', 10_000, 0),
  await measure('maxCircuits 10,000, successes in every circuit', 10_000, 1),
  await measure('maxCircuits 10,000, successes and failures in every circuit', 10_000, 2),
  await measure('maxCircuits 1,000 (default), the same calls', 1_000, 2),
]
const { sync, async } = await callCosts()
const callRow = (title: string, [bare, counted]: [number, number]) =>
  `| ${title} | ${number(bare)} | ${number(counted)} | ${number(counted / bare, 2)} |`

const page = `# The cost of PrometheusListener

Written by \`npm run bench:listeners -w @fluxgate/benchmarks\`: ${number(CIRCUITS)} circuits with one listener.
Memory is what the listener adds to the circuits. A scrape is \`registry.metrics()\`, in CPU time, the
median of ${SCRAPES}. The longest block is the time for which a scrape keeps other tasks from running, in CPU time.

${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.version.slice(1)}, prom-client ${promClient.version}.

| ${number(CIRCUITS)} circuits | kB per circuit | MB | series | scrape CPU ms | longest block ms | scrape MB |
|---|---|---|---|---|---|---|
${costs
  .map(({ title, bytesPerCircuit, series, scrapeMs, longestBlockMs, scrapeBytes }) =>
    [
      '',
      title,
      number(bytesPerCircuit / 1e3, 2),
      number((bytesPerCircuit * CIRCUITS) / 1e6, 1),
      number(series),
      number(scrapeMs),
      number(longestBlockMs, 1),
      number(scrapeBytes / 1e6, 1),
      '',
    ]
      .join(' | ')
      .trim(),
  )
  .join('\n')}

| a successful call | ns, timed, without a listener | ns, with the listener | ratio |
|---|---|---|---|
${callRow('callSync', sync)}
${callRow('call', async)}

Best of 200 rounds, in turns.
`
writeFileSync(join(import.meta.dirname, 'results.md'), page)
console.log(page)
