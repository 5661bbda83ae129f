import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { inspect } from '../src/inspect/inspect.ts'
import { httpTransport } from '../src/transports/http-transport.ts'

/**
 * Measures what `inspect` costs a process under full load: the calls per second with an open and with a
 * closed panel, in turns, and the duration of a read. The transport of the page runs in this process, so
 * that no browser competes for the processor.
 */
const TURNS = 40
const TURN_MS = 600

const script = resolve(import.meta.dirname, '../test/processes/load.ts')
const child = fork(script, {
  execArgv: ['--import', 'tsx'],
  stdio: ['ignore', 'inherit', 'ignore', 'ipc'],
})
await once(child, 'message')
await delay(2_000)

const server = await inspect({ ports: [], pids: [child.pid ?? 0], pagePort: 0 }, () => {})
const { origin, hash } = new URL(server.url)
const reads: number[] = []
const transport = httpTransport({
  now: Date.now,
  token: hash.slice(1),
  async fetch(path, init) {
    const before = performance.now()
    const response = await fetch(`${origin}${path}`, init)
    if (path === '/api/read') reads.push(performance.now() - before)
    return response
  },
})
let events = 0
transport.start((message) => {
  if (message.type !== 'batch') return
  events += message.events.length
  const watched = Array.from({ length: 30 }, (_, index) => String(index + 1))
  transport.watch(watched.map((circuit) => ({ frame: 'top', epoch: message.epoch, circuit })))
})
await delay(1_000)
reads.length = 0
events = 0

const perSecond: number[] = []
const perCpuSecond: number[] = []
for (let turn = 0; turn < TURNS; turn++) {
  const first = turn % 2 === 0
  const results = [await measure(first), await measure(!first)] as const
  const [open, closed] = first ? results : [results[1], results[0]]
  perSecond.push(open.perSecond / closed.perSecond)
  perCpuSecond.push(open.perCpuSecond / closed.perCpuSecond)
}
transport.stop()

const ms = (share: number) => `${quantile(reads, share).toFixed(1)} ms`
console.log(`reads: ${reads.length}, with ${events} events; p50 ${ms(0.5)}, p95 ${ms(0.95)}`)
console.log(`calls per second, open / closed: ${ratio(perSecond)}`)
console.log(`calls per second of CPU, open / closed: ${ratio(perCpuSecond)}`)
await server.close()
child.disconnect()

async function measure(open: boolean) {
  transport.setVisible(open)
  const before = await counters(child)
  const start = performance.now()
  await delay(TURN_MS)
  const after = await counters(child)
  const calls = after.calls - before.calls
  const cpuMs = (after.cpu.user + after.cpu.system - before.cpu.user - before.cpu.system) / 1_000
  return { perSecond: calls / (performance.now() - start), perCpuSecond: calls / cpuMs }
}

async function counters(process: ChildProcess): Promise<{ calls: number; cpu: NodeJS.CpuUsage }> {
  process.send('report')
  const [report] = await once(process, 'message')
  return report
}

function ratio(ratios: number[]): string {
  const [low, median, high] = [0.25, 0.5, 0.75].map((share) => quantile(ratios, share).toFixed(3))
  return `${median} (quartiles ${low} to ${high})`
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
}
