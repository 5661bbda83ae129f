import { writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { InstanceProgram } from '@fluxgate/testkit/fleet/instance-process'
import { callCosts, commandsPerSecond } from './call-cost.ts'
import { failsAlone, killProber, outage, rareCallers } from './outages.ts'
import { redisFails } from './store-faults.ts'

// `npm run bench:fleet -w @fluxgate/benchmarks`: eight processes with a Redis of their own, with and
// without sharing. `-- --only probes` runs the measurements whose name contains the text.

const { values } = parseArgs({ options: { only: { type: 'string', default: '' } } })

interface Row {
  readonly what: string
  readonly alone: string
  readonly shared: string
  readonly goal: string
  readonly ok: boolean
}

const program = await InstanceProgram.build()
const rows: Row[] = []

const ms = (value: number | undefined) =>
  value === undefined
    ? '–'
    : value < 1_000
      ? `${Math.round(value)} ms`
      : `${(value / 1_000).toFixed(1)} s`
const spread = (times: readonly number[]) => (times.at(-1) ?? Number.NaN) - (times[0] ?? 0)
const all = (times: readonly number[], count = 8) =>
  times.length === count ? ms(times.at(-1)) : `${times.length} of ${count}`

async function measure(name: string, run: () => Promise<Row[]>): Promise<void> {
  if (!name.includes(values.only)) return
  for (const row of await run()) {
    rows.push(row)
    console.log(lineOf(row))
  }
}

await measure('outage', async () => {
  const alone = await outage(program, { shared: false })
  const shared = await outage(program, { shared: true })
  const shifted = await outage(program, {
    shared: true,
    clockShiftOf: (index) => (index - 4) * 900_000,
  })
  // 20 ms are the calls that came between the two openings
  const lastOpen = shared.openMs.at(-1) ?? Number.NaN
  const afterQuorum = lastOpen - (shared.openMs[1] ?? Number.NaN)
  return [
    {
      what: 'outage, last instance open',
      alone: all(alone.openMs),
      shared: all(shared.openMs),
      goal: 'not later than alone',
      ok: shared.openMs.length === 8 && lastOpen <= (alone.openMs.at(-1) ?? 0) + 20,
    },
    {
      what: 'from the second report to the last instance open',
      alone: '–',
      shared: ms(afterQuorum),
      goal: '≤ 50 ms',
      ok: afterQuorum <= 50,
    },
    {
      what: 'probes that reach the service in an outage of 9 s',
      alone: String(alone.probes),
      shared: String(shared.probes),
      goal: '≤ 12',
      ok: shared.probes <= 12,
    },
    {
      what: 'spread of closing over the fleet',
      alone: ms(spread(alone.closedMs)),
      shared: shared.closedMs.length === 8 ? ms(spread(shared.closedMs)) : all(shared.closedMs),
      goal: '≤ 20 ms',
      ok: shared.closedMs.length === 8 && spread(shared.closedMs) <= 20,
    },
    {
      what: 'the same with host clocks up to an hour off: open, probes, spread',
      alone: '–',
      shared: `${all(shifted.openMs)}, ${shifted.probes}, ${ms(spread(shifted.closedMs))}`,
      goal: 'no change',
      ok: shifted.openMs.length === 8 && shifted.probes <= 12 && spread(shifted.closedMs) <= 20,
    },
  ]
})

await measure('hanging', async () => {
  const alone = await outage(program, { shared: false, behaviour: 'hang' })
  const shared = await outage(program, { shared: true, behaviour: 'hang' })
  return [
    {
      what: 'probes in an outage of 9 s in which calls hang',
      alone: String(alone.probes),
      shared: String(shared.probes),
      goal: '≤ 6',
      ok: shared.openMs.length === 8 && shared.probes <= 6,
    },
  ]
})

await measure('rare', async () => {
  const options = { callsPerSecond: 1, forMs: 12_000 }
  const alone = await rareCallers(program, { shared: false, ...options })
  const fleet = { fleetWide: { minRequests: 20, failureRate: 0.5 } }
  const shared = await rareCallers(program, { shared: true, fleet, ...options })
  const last = shared.openMs.at(-1) ?? Number.NaN
  return [
    {
      what: 'outage at 1 call a second from cold: last instance open, calls that failed',
      alone: `${all(alone.openMs)}, ${alone.failures}`,
      shared: `${all(shared.openMs)}, ${shared.failures}`,
      goal: '≤ 3.6 s',
      ok: shared.openMs.length === 8 && last <= 3_600,
    },
  ]
})

await measure('fails alone', async () => {
  const alone = await failsAlone(program, { shared: false })
  const shared = await failsAlone(program, { shared: true })
  return [
    {
      what: 'only one instance fails: circuits that open',
      alone: String(alone),
      shared: String(shared),
      goal: '1',
      ok: shared === 1,
    },
  ]
})

await measure('ramp', async () => {
  const ramp = { rampMs: 4_000, recoveryMs: 9_000 }
  const alone = await outage(program, { shared: false, ...ramp })
  const shared = await outage(program, { shared: true, ...ramp })
  return [
    {
      what: 'probes before a ramp of 4 s, once the service works',
      alone: String(alone.recoveryProbes),
      shared: String(shared.recoveryProbes),
      goal: '3',
      ok: shared.recoveryProbes === 3 && shared.closedMs.length === 8,
    },
  ]
})

await measure('thousand', async () => {
  const options = { breakers: 125, callsPerSecond: 0.1, forMs: 25_000 }
  const alone = await rareCallers(program, { shared: false, ...options })
  const fleet = { quorum: 5, fleetWide: { minRequests: 50, failureRate: 0.5 } }
  const shared = await rareCallers(program, { shared: true, fleet, ...options })
  return [
    {
      what: '1,000 instances, a call each 10 s: calls that failed, last instance open',
      alone: `${alone.failures}, ${all(alone.openMs, alone.breakers)}`,
      shared: `${shared.failures}, ${all(shared.openMs, shared.breakers)}`,
      goal: '≤ 500 failures',
      ok: shared.openMs.length === shared.breakers && shared.failures <= 500,
    },
  ]
})

await measure('redis killed', async () => {
  const { aloneMs, backMs, callers } = await redisFails(program, 'killed')
  return [
    {
      what: 'Redis killed: alone within, shared again within, failed calls, unhandled errors',
      alone: '–',
      shared: `${ms(aloneMs)}, ${ms(backMs)}, ${callers.failed}, ${callers.unhandled}`,
      goal: '≤ 500 ms, ≤ 2 s, 0, 0',
      ok: aloneMs <= 500 && backMs <= 2_000 && callers.failed === 0 && callers.unhandled === 0,
    },
  ]
})

await measure('redis paused', async () => {
  const { callers } = await redisFails(program, 'paused')
  return [
    {
      what: 'Redis paused: calls that waited, admissions of more than 1 ms of CPU time',
      alone: '–',
      shared: `${callers.waited}, ${callers.slowAdmissions} of ${callers.admissions}`,
      goal: '0, at most 1 of 1,000',
      ok: callers.waited === 0 && callers.slowAdmissions <= callers.admissions / 1_000,
    },
  ]
})

await measure('prober is killed', async () => {
  const leaseMs = 3_000
  const { nextProbeMs, closed, expected } = await killProber(program, leaseMs)
  return [
    {
      what: 'the probing instance is killed: the next probe, with a lease of 3 s',
      alone: '–',
      shared: `${ms(nextProbeMs)}; ${closed} of ${expected} closed`,
      goal: 'after one lease',
      ok: nextProbeMs <= leaseMs + 300 && closed === expected,
    },
  ]
})

await measure('cost', async () => {
  const { sync, async } = await callCosts()
  const commands = await commandsPerSecond(100)
  const ratio = ([alone, shared]: [number, number]) => shared / alone
  return [
    ...[['callSync', sync] as const, ['call', async] as const].map(([what, costs]) => ({
      what: `a successful ${what}()`,
      alone: `${costs[0].toFixed(0)} ns`,
      shared: `${costs[1].toFixed(0)} ns, ${ratio(costs).toFixed(2)} ×`,
      goal: '≤ 1.3 ×',
      ok: ratio(costs) <= 1.3,
    })),
    {
      what: 'commands a second of an instance with 100 busy circuits that share counts (64 a command)',
      alone: '–',
      shared: commands.toFixed(1),
      goal: '≤ 5 flushes',
      ok: commands <= 10,
    },
  ]
})

await program.remove()
const missed = rows.filter(({ ok }) => !ok).length
console.log(`\n${rows.length - missed} of ${rows.length} goals reached`)
if (values.only === '') writeFileSync(resolve(import.meta.dirname, 'results.md'), page())

function lineOf({ what, alone, shared, goal, ok }: Row): string {
  return `| ${ok ? '✓' : '✗'} | ${what} | ${alone} | ${shared} | ${goal} |`
}

function page(): string {
  return `# Circuits shared through Redis

Written by \`npm run bench:fleet -w @fluxgate/benchmarks\`: eight processes, a quarter each with ioredis 5, ioredis 6,
node-redis 5 and node-redis 6, at 20 calls a second each, with a Redis of their own on loopback.

${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.versions.node}, load average at the end ${loadavg()[0]?.toFixed(1)}.

| | measurement | alone | shared | goal |
|---|---|---|---|---|
${rows.map(lineOf).join('\n')}
`
}
