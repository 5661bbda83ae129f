import { execFileSync, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { cpus, loadavg, totalmem } from 'node:os'
import { resolve } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { seededRandom } from '@fluxgate/core/testing'
import { type Event, nextEvent } from './fault-schedule.ts'
import { type Finding, findingsOf, type Soaked } from './findings.ts'
import { LoopWatch } from './loop-delay.ts'
import { MetricsReader } from './metrics-reader.ts'
import { ServiceProcess } from './service-process.ts'
import type { Sample } from './service-protocol.ts'
import { total } from './signal-digest.ts'
import { Surroundings } from './stub-services.ts'
import { ensureWrk, startWrk } from './wrk.ts'

/**
 * `npm run soak -- --minutes 10`: the playground's backend under load from wrk while its services
 * fail, hang and recover, its circuits are moved by hand and its listeners' receivers falter. Ends
 * with a table, which `--write` puts into results.md.
 */
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    write: { type: 'boolean', default: false },
  },
})
const minutes = Number(values.minutes)
if (!(minutes > 0)) throw new RangeError(`--minutes must be above 0, got '${values.minutes}'`)

const SAMPLE_MS = Math.min(20_000, minutes * 1_000)
const EVENT_MS = 1_500

const commit = execFileSync('git', ['describe', '--always', '--dirty'], { encoding: 'utf8' }).trim()
const soaked = await soak()
const findings = findingsOf(soaked)
console.log(`\n${findings.map(lineOf).join('\n')}`)
if (values.write) writeFileSync(resolve(import.meta.dirname, 'results.md'), documentOf(findings))
process.exitCode = findings.every(({ ok }) => ok !== false) ? 0 : 1

async function soak(): Promise<Soaked> {
  const random = seededRandom(Number(values.seed))
  const program = ensureWrk()
  const surroundings = new Surroundings(random)
  const service = await ServiceProcess.start(await surroundings.open())
  const metrics = new MetricsReader(service.url)
  const loop = new LoopWatch()
  const seconds = Math.round(minutes * 60)
  const wrk = startWrk(program, service.url, seconds)
  try {
    const start = performance.now()
    const samples: Soaked['samples'][number][] = []
    const elapsed = () => (performance.now() - start) / 1_000
    let nextSample = SAMPLE_MS / 1_000
    while (elapsed() < seconds) {
      happen(nextEvent(random), surroundings, service)
      await metrics.scrape()
      await setTimeout(EVENT_MS * (0.5 + random()))
      if (elapsed() < nextSample) continue
      nextSample += SAMPLE_MS / 1_000
      // memory is compared at rest: what is in flight moves it more than a leak does
      wrk.process.kill('SIGSTOP')
      const sample = await service.ask('sample')
      wrk.process.kill('SIGCONT')
      samples.push({ seconds: elapsed(), sample })
      console.log(progressOf(elapsed(), sample))
    }
    const report = await wrk.report
    surroundings.refusals = 0
    const end = await service.ask('finish')
    await metrics.scrape()
    return { samples, end, beside: loop.delay, wrk: report, surroundings, metrics }
  } finally {
    wrk.process.kill('SIGKILL') // also when it is stopped
    service.stop()
    surroundings.close()
  }
}

function happen(event: Event, surroundings: Surroundings, service: ServiceProcess): void {
  switch (event.kind) {
    case 'service': {
      const flaky = surroundings.services.find(({ name }) => name === event.name)
      if (flaky) flaky.knobs = event.knobs
      break
    }
    case 'moves':
      for (const move of event.moves) service.tell({ kind: 'move', circuit: event.name, move })
      break
    case 'receivers':
      surroundings.refusals = event.refusals
  }
}

function progressOf(seconds: number, sample: Sample): string {
  const { arrived, heap, rss, loop, testimony } = sample
  const time = new Date(seconds * 1_000).toISOString().slice(11, 19)
  const mb = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`
  return `${time}  ${arrived} requests  ${total(testimony.accounts)} signals  heap ${mb(heap)}  rss ${mb(rss)}  loop p99 ${loop.p99.toFixed(1)} max ${loop.max.toFixed(0)} ms  wrong ${testimony.wrong}`
}

function lineOf({ what, figure, ok }: Finding): string {
  return `${ok === undefined ? ' ' : ok ? '✓' : '✗'} ${what.padEnd(30)} ${figure}`
}

function documentOf(rows: readonly Finding[]): string {
  const [, wrk = '?'] = /wrk (?:debian\/)?(\S+)/.exec(wrkVersion()) ?? []
  return `# Soak

\`npm run soak -- --minutes ${minutes} --seed ${values.seed} --write\`, on ${new Date().toISOString().slice(0, 10)}, at commit ${commit}.
Node ${process.versions.node}, wrk ${wrk}, ${process.platform} ${process.arch}, ${cpus().length} cores (${cpus()[0]?.model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GB, load average at the end ${loadavg()[2]?.toFixed(1)}.

| | what | figure |
|---|---|---|
${rows.map(({ what, figure, ok }) => `| ${ok === undefined ? '' : ok ? '✓' : '✗'} | ${what} | ${figure.replaceAll('|', '\\|')} |`).join('\n')}
`
}

/** wrk says its version and then, as it was asked for nothing, fails. */
function wrkVersion(): string {
  return spawnSync(ensureWrk(), ['--version'], { encoding: 'utf8' }).stdout
}
