import {
  required,
  wrongArrays,
  wrongCounts,
  wrongCountsAbove,
  wrongFunctions,
  wrongJitters,
  wrongMs,
  wrongNumbers,
  wrongPolicies,
  wrongRatios,
  wrongTexts,
} from '@fluxgate/testkit/wrong-values'
import type { ConformanceCase } from '../conformance-case.ts'
import { type Refusal, throwingRefusals } from '../refusals.ts'

const fn = () => true
const byHand = { test: fn, explain: () => ({ rule: 'by hand', met: true }) }

const windows: Refusal[] = [
  [
    'countWindow: size',
    required(wrongCountsAbove(10_000_000)),
    ({ core }, v) => core.countWindow(v),
  ],
  ['timeWindow: durationMs', required(wrongMs), ({ core }, v) => core.timeWindow(v)],
  [
    'timeWindow: buckets',
    wrongCountsAbove(100_000),
    ({ core }, buckets) => core.timeWindow(1, { buckets }),
  ],
]

const trackers: Refusal[] = [
  [
    'errorType: class',
    { types: [null, undefined, 5, {}, 'Error', fn], ranges: [] },
    ({ core }, v) => core.errorType(Error, v),
  ],
  ['errorWhere: predicate', required(wrongFunctions), ({ core }, v) => core.errorWhere(v)],
  ['errorNamed: name', required(wrongTexts), ({ core }, v) => core.errorNamed('x', v)],
  [
    'serviceError: statuses',
    wrongFunctions,
    ({ core }, statuses) => core.serviceError({ statuses }),
  ],
  ['resultWhere: predicate', required(wrongFunctions), ({ core }, v) => core.resultWhere(v)],
  ['and: tracker', required(wrongPolicies), ({ core }, v) => core.anyError().and(v)],
  ['or: tracker', required(wrongPolicies), ({ core }, v) => core.anyError().or(v)],
]

const trippers: Refusal[] = [
  ['minRequests: n', required(wrongCounts), ({ core }, v) => core.minRequests(v)],
  ['failureRate: ratio', required(wrongRatios), ({ core }, v) => core.failureRate(v)],
  ['slowRate: ratio', required(wrongRatios), ({ core }, v) => core.slowRate(v, 1)],
  ['slowRate: thresholdMs', required(wrongMs), ({ core }, v) => core.slowRate(1, v)],
  ['avgLatency: ms', required(wrongMs), ({ core }, v) => core.avgLatency(v)],
  ['failureCount: n', required(wrongCounts), ({ core }, v) => core.failureCount(v)],
  ['failureStreak: n', required(wrongCounts), ({ core }, v) => core.failureStreak(v)],
  ['tripWhen: name', required(wrongTexts), ({ core }, v) => core.tripWhen(v, fn)],
  ['tripWhen: test', required(wrongFunctions), ({ core }, v) => core.tripWhen('x', v)],
  [
    'tripWhen: slowThresholdsMs',
    wrongArrays,
    ({ core }, slowThresholdsMs) => core.tripWhen('x', fn, { slowThresholdsMs }),
  ],
  [
    'tripWhen: slowThresholdsMs',
    required(wrongMs),
    ({ core }, ms) => core.tripWhen('x', fn, { slowThresholdsMs: [1, ms] }),
  ],
  ['and: tripper', required(wrongPolicies), ({ core }, v) => core.minRequests(1).and(v)],
  ['or: tripper', required(wrongPolicies), ({ core }, v) => core.minRequests(1).or(v)],
  [
    'or: slowThresholdsMs',
    wrongMs,
    ({ core }, ms) => core.minRequests(1).or({ ...byHand, slowThresholdsMs: [ms] }),
  ],
  [
    'or: slowThresholdsMs',
    wrongArrays,
    ({ core }, v) => core.minRequests(1).or({ ...byHand, slowThresholdsMs: v }),
  ],
  [
    'or: minRequests',
    wrongCounts,
    ({ core }, v) => core.minRequests(1).or({ ...byHand, minRequests: v }),
  ],
]

const retries: Refusal[] = [
  ['cooldown: durationMs', required(wrongMs), ({ core }, v) => core.cooldown(v)],
  ['cooldown: jitter', wrongJitters, ({ core }, jitter) => core.cooldown(1, { jitter })],
  ['backoff: initialMs', required(wrongMs), ({ core }, initialMs) => core.backoff({ initialMs })],
  [
    'backoff: multiplier',
    wrongNumbers(0.999, -5),
    ({ core }, multiplier) => core.backoff({ initialMs: 1, multiplier }),
  ],
  [
    'backoff: maxMs',
    wrongNumbers(0, -1, 4.9),
    ({ core }, maxMs) => core.backoff({ initialMs: 5, maxMs }),
  ],
  ['backoff: jitter', wrongJitters, ({ core }, jitter) => core.backoff({ initialMs: 1, jitter })],
  ['retryWhen: name', required(wrongTexts), ({ core }, v) => core.retryWhen(v, () => 1)],
  ['retryWhen: delayMs', required(wrongFunctions), ({ core }, v) => core.retryWhen('x', v)],
]

const permits: Refusal[] = [
  ['admitRandom: ratio', required(wrongRatios), ({ core }, v) => core.admitRandom(v)],
  [
    'rampUp: from',
    required(wrongRatios),
    ({ core }, from) => core.rampUp({ from, to: 1, durationMs: 1 }),
  ],
  [
    'rampUp: to',
    required(wrongNumbers(0, 0.49, 1.1)),
    ({ core }, to) => core.rampUp({ from: 0.5, to, durationMs: 1 }),
  ],
  [
    'rampUp: durationMs',
    required(wrongMs),
    ({ core }, durationMs) => core.rampUp({ from: 0.5, to: 1, durationMs }),
  ],
  ['admitWhen: name', required(wrongTexts), ({ core }, v) => core.admitWhen(v, fn)],
  ['admitWhen: test', required(wrongFunctions), ({ core }, v) => core.admitWhen('x', v)],
]

export const policyOptionCases: readonly ConformanceCase[] = throwingRefusals([
  ...windows,
  ...trackers,
  ...trippers,
  ...retries,
  ...permits,
])
