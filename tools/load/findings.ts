import type { LoopDelay } from './loop-delay.ts'
import type { MetricsReader } from './metrics-reader.ts'
import type { Sample } from './service-protocol.ts'
import { compare, type SignalDigests, total } from './signal-digest.ts'
import { afterWarmUp, slope } from './slope.ts'
import type { StubServices } from './stub-services.ts'
import { CONNECTIONS, type WrkReport } from './wrk.ts'

/** A row of the table. Without `ok` it is informative only. */
export interface Finding {
  readonly name: string
  readonly result: string
  readonly ok?: boolean
}

/** Everything that a load test measured. */
export interface LoadTestResult {
  /** Samples with their seconds since the start. */
  readonly samples: readonly { readonly seconds: number; readonly sample: Sample }[]
  readonly end: Sample
  /** Of the process that drives the test: shows how busy the machine was. */
  readonly driverLoop: LoopDelay
  readonly wrk: WrkReport
  readonly stubs: StubServices
  readonly metrics: MetricsReader
}

/** More growth per request than this is a leak. */
const LEAK_BYTES = 5
/** Memory varies by this much without a leak. */
const NOISE_BYTES = 1_000_000

const MB = 1_000_000

export function findingsOf(measured: LoadTestResult): Finding[] {
  return [...calls(measured), ...signals(measured), ...states(measured), ...memory(measured)]
}

function calls({ end, wrk, stubs }: LoadTestResult): Finding[] {
  const { arrived, answered, unreported, observations } = end
  const of = (outcome: string) =>
    Object.entries(observations.calls).reduce(
      (sum, [key, count]) => sum + (isLongLived(key) && key.endsWith(` ${outcome}`) ? count : 0),
      0,
    )
  const byOutcome = ['success', 'failure', 'ignored', 'aborted', 'rejected'].map(of)
  const counted = byOutcome.reduce((sum, count) => sum + count, 0)
  const [atLeast, atMost] = unreported
  const unanswered = arrived - wrk.requests
  const received = stubs.services.reduce((sum, service) => sum + service.received, 0)
  const [success = 0, failure = 0, , , rejected = 0] = byOutcome
  return [
    {
      name: 'requests by wrk, and received',
      result: `${n(wrk.requests)}, ${n(arrived)} (wrk drops at most ${CONNECTIONS} at its end)`,
      ok: unanswered >= 0 && unanswered <= CONNECTIONS && arrived === answered,
    },
    {
      name: 'calls counted',
      result: `${n(counted)}, and ${n(arrived - counted)} not reported because disabled`,
      ok: counted + atLeast <= arrived && arrived <= counted + atMost,
    },
    {
      name: 'outcomes',
      result: `${n(success)} succeeded, ${n(failure)} failed, ${n(rejected)} were rejected`,
    },
    {
      name: 'admitted',
      result: `${n(arrived - rejected)}: ${n(end.sent)} sent, ${n(end.unsent)} timed out before they were sent`,
      ok: end.sent + end.unsent === arrived - rejected && end.unsent <= failure,
    },
    {
      name: 'received by the services',
      result: `${n(received)} of ${n(end.sent)}`,
      ok: received === end.sent,
    },
    { name: 'in flight at the end', result: n(end.inFlight), ok: end.inFlight === 0 },
    {
      name: 'latency by wrk',
      result: `p50 ${wrk.latency.p50}, p99 ${wrk.latency.p99}; socket errors: ${wrk.socketErrors}`,
      ok: wrk.socketErrors === 'none',
    },
  ]
}

function signals({ end, stubs, metrics }: LoadTestResult): Finding[] {
  const sent = end.observations.digests
  const received: Record<string, SignalDigests> = {
    log: end.logged,
    webhook: stubs.webhookSignals,
    Slack: stubs.slackSignals,
    devtools: end.devtools,
  }
  const rows = Object.entries(received).map(([name, digests]) => {
    const { lost, differ } = compare(sent, digests)
    const order = differ.length === 0 ? 'in order' : `out of order: ${differ.join(', ')}`
    return {
      name: `signals to ${name}`,
      result: `${n(total(digests))} of ${n(total(sent))}, ${lost} lost, ${order}`,
      ok: lost === 0 && differ.length === 0,
    }
  })
  const reported = { ...end.observations.calls, ...end.observations.transitions }
  const wrong = [...new Set([...Object.keys(reported), ...Object.keys(metrics.counters)])]
    .filter(isLongLived)
    .filter((key) => reported[key] !== metrics.counters[key])
  return [
    ...rows,
    {
      name: 'Prometheus',
      result: `${metrics.scrapes} scrapes, ${metrics.decreased} counters decreased, ${Object.keys(metrics.counters).length} counters compared, ${wrong.length} wrong${wrong.map((key) => `; ${key}: ${metrics.counters[key]} of ${reported[key]}`).join('')}`,
      ok: metrics.decreased === 0 && wrong.length === 0 && metrics.scrapes > 0,
    },
    {
      name: 'errors on the way',
      result: `devtools dropped ${end.devtoolsDropped}, bad signatures ${stubs.badSignatures}, errors of listeners ${end.errors}`,
      ok: end.devtoolsDropped + stubs.badSignatures + end.errors === 0,
    },
  ]
}

function states({ end }: LoadTestResult): Finding[] {
  const { wrong, violations, transitions } = end.observations
  const kinds = new Set(Object.keys(transitions).map((key) => key.split(' ')[1]))
  return [
    {
      name: 'wrong states',
      result: [`${n(wrong)}, over ${kinds.size} kinds of transitions`, ...violations].join('; '),
      ok: wrong === 0,
    },
  ]
}

function memory({ samples, end, driverLoop }: LoadTestResult): Finding[] {
  const points = (y: (sample: Sample) => number) =>
    afterWarmUp(samples.map(({ seconds, sample }) => ({ x: seconds, y: y(sample) })))
  const heaps = points(({ heap }) => heap)
  const requests = points(({ arrived }) => arrived)
  const seconds = (heaps.at(-1)?.x ?? 0) - (heaps[0]?.x ?? 0)
  const handled = (requests.at(-1)?.y ?? 0) - (requests[0]?.y ?? 0)
  const grownBytes = slope(heaps) * seconds
  const size = (bytes = 0) => `${(bytes / MB).toFixed(1)} MB`
  const rss = points((sample) => sample.rss)
  const delay = ({ p50, p99, max }: LoopDelay) =>
    `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, max ${max.toFixed(0)} ms`
  return [
    {
      name: 'heap, idle, after collection',
      result: `${size(heaps[0]?.y)} after warm-up, ${size(heaps.at(-1)?.y)} at the end; slope ${(slope(heaps) / 1_000).toFixed(2)} kB/s, ${(grownBytes / handled).toFixed(2)} bytes per request`,
      // a short run is not conclusive
      ...(LEAK_BYTES * handled > NOISE_BYTES && { ok: grownBytes < LEAK_BYTES * handled }),
    },
    {
      name: 'resident memory',
      result: `${size(rss[0]?.y)} after warm-up, ${size(rss.at(-1)?.y)} at the end`,
    },
    {
      name: 'event-loop delay',
      result: `${delay(end.loopOverall)}; of the driving process ${delay(driverLoop)}`,
    },
  ]
}

const isLongLived = (key: string) => !key.startsWith('short-lived')

const n = (value: number) => value.toLocaleString('en-US')
