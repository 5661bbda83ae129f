import { execFileSync, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { cpus, loadavg, totalmem } from 'node:os'
import { resolve } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { seededRandom } from '@fluxgate/core/testing'
import { type Event, nextEvent } from './fault-schedule.ts'
import { type Finding, findingsOf, type LoadTestResult } from './findings.ts'
import { LoopDelayMonitor } from './loop-delay.ts'
import { MetricsReader } from './metrics-reader.ts'
import { ServiceProcess } from './service-process.ts'
import type { Sample } from './service-protocol.ts'
import { total } from './signal-digest.ts'
import { StubServices } from './stub-services.ts'
import { ensureWrk, startWrk } from './wrk.ts'

/**
 * `npm run load -- --minutes 10`: puts the playground's backend under load from wrk. Meanwhile its
 * services fail, hang and recover, its circuits get manual transitions, and the receivers of its listeners
 * reject requests. Prints a table, which `--write` saves in results.md.
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
const findings = findingsOf(await runLoadTest())
console.log(`\n${findings.map(lineOf).join('\n')}`)
if (values.write) writeFileSync(resolve(import.meta.dirname, 'results.md'), documentOf(findings))
process.exitCode = findings.every(({ ok }) => ok !== false) ? 0 : 1

async function runLoadTest(): Promise<LoadTestResult> {
  const random = seededRandom(Number(values.seed))
  const program = ensureWrk()
  const stubs = new StubServices(random)
  const service = await ServiceProcess.start(await stubs.open())
  const metrics = new MetricsReader(service.url)
  const loop = new LoopDelayMonitor()
  const seconds = Math.round(minutes * 60)
  const wrk = startWrk(program, service.url, seconds)
  try {
    const start = performance.now()
    const samples: LoadTestResult['samples'][number][] = []
    const elapsed = () => (performance.now() - start) / 1_000
    let nextSample = SAMPLE_MS / 1_000
    while (elapsed() < seconds) {
      applyEvent(nextEvent(random), stubs, service)
      await metrics.scrape()
      await setTimeout(EVENT_MS * (0.5 + random()))
      if (elapsed() < nextSample) continue
      nextSample += SAMPLE_MS / 1_000
      // memory is compared without calls in flight, which need more of it than a leak
      wrk.process.kill('SIGSTOP')
      const sample = await service.request('sample')
      wrk.process.kill('SIGCONT')
      samples.push({ seconds: elapsed(), sample })
      console.log(progressOf(elapsed(), sample))
    }
    const report = await wrk.report
    stubs.rejectionRate = 0
    const end = await service.request('finish')
    await metrics.scrape()
    return { samples, end, driverLoop: loop.delay, wrk: report, stubs, metrics }
  } finally {
    wrk.process.kill('SIGKILL') // SIGKILL also ends a stopped process
    service.stop()
    stubs.close()
  }
}

function applyEvent(event: Event, stubs: StubServices, service: ServiceProcess): void {
  switch (event.kind) {
    case 'service': {
      const flaky = stubs.services.find(({ name }) => name === event.name)
      if (flaky) flaky.knobs = event.knobs
      break
    }
    case 'transitions':
      for (const transition of event.transitions)
        service.send({ kind: 'transition', circuit: event.name, transition })
      break
    case 'receivers':
      stubs.rejectionRate = event.rejectionRate
  }
}

function progressOf(seconds: number, sample: Sample): string {
  const { arrived, heap, rss, loop, observations } = sample
  const time = new Date(seconds * 1_000).toISOString().slice(11, 19)
  const mb = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`
  return `${time}  ${arrived} requests  ${total(observations.digests)} signals  heap ${mb(heap)}  rss ${mb(rss)}  loop p99 ${loop.p99.toFixed(1)} max ${loop.max.toFixed(0)} ms  wrong ${observations.wrong}`
}

function lineOf({ name, result, ok }: Finding): string {
  return `${ok === undefined ? ' ' : ok ? '✓' : '✗'} ${name.padEnd(30)} ${result}`
}

function documentOf(rows: readonly Finding[]): string {
  const [, wrk = '?'] = /wrk (?:debian\/)?(\S+)/.exec(wrkVersion()) ?? []
  return `# Load test

\`npm run load -- --minutes ${minutes} --seed ${values.seed} --write\`, on ${new Date().toISOString().slice(0, 10)}, at commit ${commit}.
Node ${process.versions.node}, wrk ${wrk}, ${process.platform} ${process.arch}, ${cpus().length} cores (${cpus()[0]?.model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GB, load average at the end ${loadavg()[2]?.toFixed(1)}.

| | check | result |
|---|---|---|
${rows.map(({ name, result, ok }) => `| ${ok === undefined ? '' : ok ? '✓' : '✗'} | ${name} | ${result.replaceAll('|', '\\|')} |`).join('\n')}
`
}

/** wrk prints its version and then exits with an error because it has no URL. */
function wrkVersion(): string {
  return spawnSync(ensureWrk(), ['--version'], { encoding: 'utf8' }).stdout
}
