import type { LoopDelay } from './loop-delay.ts'
import type { MetricsReader } from './metrics-reader.ts'
import type { Sample } from './service-protocol.ts'
import { type Accounts, compare, total } from './signal-digest.ts'
import { slope, warm } from './slope.ts'
import type { Surroundings } from './stub-services.ts'
import { CONNECTIONS, type WrkReport } from './wrk.ts'

/** A line of the table at the end; without a verdict it is there to be known. */
export interface Finding {
  readonly what: string
  readonly figure: string
  readonly ok?: boolean
}

/** All that a soak has measured. */
export interface Soaked {
  /** Seconds from the start, and what was there then. */
  readonly samples: readonly { readonly seconds: number; readonly sample: Sample }[]
  readonly end: Sample
  /** Of the process that drives the soak, which says how busy the machine was. */
  readonly beside: LoopDelay
  readonly wrk: WrkReport
  readonly surroundings: Surroundings
  readonly metrics: MetricsReader
}

/** A request that leaves this much behind is leaking. */
const LEAK_BYTES = 5
/** Memory moves by so much without a leak: a leak shows once it is larger. */
const DRIFT_BYTES = 1_000_000

const MB = 1_000_000

export function findingsOf(soaked: Soaked): Finding[] {
  return [...calls(soaked), ...signals(soaked), ...states(soaked), ...memory(soaked)]
}

function calls({ end, wrk, surroundings }: Soaked): Finding[] {
  const { arrived, answered, untold, testimony } = end
  const of = (outcome: string) =>
    Object.entries(testimony.calls).reduce(
      (sum, [key, count]) => sum + (isStaying(key) && key.endsWith(` ${outcome}`) ? count : 0),
      0,
    )
  const told = ['success', 'failure', 'ignored', 'aborted', 'rejected'].map(of)
  const counted = told.reduce((sum, count) => sum + count, 0)
  const [atLeast, atMost] = untold
  const unanswered = arrived - wrk.requests
  const received = surroundings.services.reduce((sum, service) => sum + service.received, 0)
  const [success = 0, failure = 0, , , rejected = 0] = told
  return [
    {
      what: 'requests by wrk, and arrived',
      figure: `${n(wrk.requests)}, ${n(arrived)} (it gives up at most ${CONNECTIONS} at its end)`,
      ok: unanswered >= 0 && unanswered <= CONNECTIONS && arrived === answered,
    },
    {
      what: 'calls counted',
      figure: `${n(counted)}, and ${n(arrived - counted)} told to nobody because disabled`,
      ok: counted + atLeast <= arrived && arrived <= counted + atMost,
    },
    {
      what: 'of them',
      figure: `${n(success)} succeeded, ${n(failure)} failed, ${n(rejected)} were rejected`,
    },
    {
      what: 'let through',
      figure: `${n(arrived - rejected)}: ${n(end.sent)} sent, ${n(end.unsent)} out of time before they were sent`,
      ok: end.sent + end.unsent === arrived - rejected && end.unsent <= failure,
    },
    {
      what: 'arrived at the services',
      figure: `${n(received)} of ${n(end.sent)}`,
      ok: received === end.sent,
    },
    { what: 'in flight at the end', figure: n(end.inFlight), ok: end.inFlight === 0 },
    {
      what: 'latency by wrk',
      figure: `p50 ${wrk.latency.p50}, p99 ${wrk.latency.p99}; socket errors: ${wrk.socketErrors}`,
      ok: wrk.socketErrors === 'none',
    },
  ]
}

function signals({ end, surroundings, metrics }: Soaked): Finding[] {
  const sent = end.testimony.accounts
  const received: Record<string, Accounts> = {
    log: end.logged,
    webhook: surroundings.hooked,
    Slack: surroundings.posted,
    devtools: end.devtools,
  }
  const rows = Object.entries(received).map(([name, accounts]) => {
    const { lost, differ } = compare(sent, accounts)
    const order = differ.length === 0 ? 'in order' : `out of order: ${differ.join(', ')}`
    return {
      what: `signals to ${name}`,
      figure: `${n(total(accounts))} of ${n(total(sent))}, ${lost} lost, ${order}`,
      ok: lost === 0 && differ.length === 0,
    }
  })
  const told = { ...end.testimony.calls, ...end.testimony.moves }
  const wrong = [...new Set([...Object.keys(told), ...Object.keys(metrics.counters)])]
    .filter(isStaying)
    .filter((key) => told[key] !== metrics.counters[key])
  return [
    ...rows,
    {
      what: 'Prometheus',
      figure: `${metrics.scrapes} scrapes, ${metrics.steppedBack} counters stepped back, ${Object.keys(metrics.counters).length} counters compared, ${wrong.length} wrong${wrong.map((key) => `; ${key}: ${metrics.counters[key]} of ${told[key]}`).join('')}`,
      ok: metrics.steppedBack === 0 && wrong.length === 0 && metrics.scrapes > 0,
    },
    {
      what: 'refused along the way',
      figure: `devtools dropped ${end.devtoolsDropped}, bad signatures ${surroundings.badSignatures}, errors of listeners ${end.errors}`,
      ok: end.devtoolsDropped + surroundings.badSignatures + end.errors === 0,
    },
  ]
}

function states({ end }: Soaked): Finding[] {
  const { wrong, complaints, moves } = end.testimony
  const kinds = new Set(Object.keys(moves).map((key) => key.split(' ')[1]))
  return [
    {
      what: 'wrong states',
      figure: [`${n(wrong)}, over ${kinds.size} kinds of moves`, ...complaints].join('; '),
      ok: wrong === 0,
    },
  ]
}

function memory({ samples, end, beside }: Soaked): Finding[] {
  const points = (y: (sample: Sample) => number) =>
    warm(samples.map(({ seconds, sample }) => ({ x: seconds, y: y(sample) })))
  const heaps = points(({ heap }) => heap)
  const requests = points(({ arrived }) => arrived)
  const seconds = (heaps.at(-1)?.x ?? 0) - (heaps[0]?.x ?? 0)
  const made = (requests.at(-1)?.y ?? 0) - (requests[0]?.y ?? 0)
  const grown = slope(heaps) * seconds
  const size = (bytes = 0) => `${(bytes / MB).toFixed(1)} MB`
  const rss = points((sample) => sample.rss)
  const delay = ({ p50, p99, max }: LoopDelay) =>
    `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, max ${max.toFixed(0)} ms`
  return [
    {
      what: 'heap at rest, collected',
      figure: `${size(heaps[0]?.y)} once warm, ${size(heaps.at(-1)?.y)} at the end; slope ${(slope(heaps) / 1_000).toFixed(2)} kB/s, ${(grown / made).toFixed(2)} bytes per request`,
      // a short run says nothing
      ...(LEAK_BYTES * made > DRIFT_BYTES && { ok: grown < LEAK_BYTES * made }),
    },
    {
      what: 'resident memory',
      figure: `${size(rss[0]?.y)} once warm, ${size(rss.at(-1)?.y)} at the end`,
    },
    {
      what: 'event-loop delay',
      figure: `${delay(end.loopOverall)}; of the process beside it ${delay(beside)}`,
    },
  ]
}

const isStaying = (key: string) => !key.startsWith('visitor')

const n = (value: number) => value.toLocaleString('en-US')
