import type { ConformanceCase } from '../conformance-case.ts'
import {
  callable,
  count,
  jitter,
  ms,
  numbers,
  policy,
  ratio,
  refusals,
  text,
  type Wrong,
} from '../wrong-values.ts'

const fn = () => true

const policies: Wrong[] = [
  { option: 'countWindow: size', ...count, use: ({ core }, v) => core.countWindow(v) },
  { option: 'timeWindow: durationMs', ...ms, use: ({ core }, v) => core.timeWindow(v) },
  {
    option: 'timeWindow: buckets',
    ...count,
    use: ({ core }, buckets) => core.timeWindow(1, { buckets }),
  },
  {
    option: 'errorType: class',
    types: [null, 'Error', {}, fn],
    ranges: [],
    use: ({ core }, v) => core.errorType(v),
  },
  { option: 'errorWhere: predicate', ...callable, use: ({ core }, v) => core.errorWhere(v) },
  { option: 'resultWhere: predicate', ...callable, use: ({ core }, v) => core.resultWhere(v) },
  { option: 'and: tracker', ...policy, use: ({ core }, v) => core.anyError().and(v) },
  { option: 'or: tracker', ...policy, use: ({ core }, v) => core.anyError().or(v) },
  { option: 'minRequests: n', ...count, use: ({ core }, v) => core.minRequests(v) },
  { option: 'failureRate: ratio', ...ratio, use: ({ core }, v) => core.failureRate(v) },
  { option: 'slowRate: ratio', ...ratio, use: ({ core }, v) => core.slowRate(v, 1) },
  { option: 'slowRate: thresholdMs', ...ms, use: ({ core }, v) => core.slowRate(1, v) },
  { option: 'avgLatency: ms', ...ms, use: ({ core }, v) => core.avgLatency(v) },
  { option: 'failureStreak: n', ...count, use: ({ core }, v) => core.failureStreak(v) },
  { option: 'tripWhen: name', ...text, use: ({ core }, v) => core.tripWhen(v, fn) },
  { option: 'tripWhen: test', ...callable, use: ({ core }, v) => core.tripWhen('x', v) },
  {
    option: 'tripWhen: slowThresholdsMs',
    ...ms,
    use: ({ core }, v) => core.tripWhen('x', fn, { slowThresholdsMs: [v] }),
  },
  { option: 'and: tripper', ...policy, use: ({ core }, v) => core.minRequests(1).and(v) },
  { option: 'or: tripper', ...policy, use: ({ core }, v) => core.minRequests(1).or(v) },
  { option: 'cooldown: durationMs', ...ms, use: ({ core }, v) => core.cooldown(v) },
  { option: 'cooldown: jitter', ...jitter, use: ({ core }, v) => core.cooldown(1, { jitter: v }) },
  { option: 'backoff: initialMs', ...ms, use: ({ core }, v) => core.backoff({ initialMs: v }) },
  {
    option: 'backoff: multiplier',
    ...numbers(0.99),
    use: ({ core }, multiplier) => core.backoff({ initialMs: 1, multiplier }),
  },
  {
    option: 'backoff: maxMs',
    ...numbers(0, 4.9),
    use: ({ core }, maxMs) => core.backoff({ initialMs: 5, maxMs }),
  },
  {
    option: 'backoff: jitter',
    ...jitter,
    use: ({ core }, v) => core.backoff({ initialMs: 1, jitter: v }),
  },
  { option: 'retryWhen: name', ...text, use: ({ core }, v) => core.retryWhen(v, () => 1) },
  { option: 'retryWhen: delayMs', ...callable, use: ({ core }, v) => core.retryWhen('x', v) },
  { option: 'admitRandom: ratio', ...ratio, use: ({ core }, v) => core.admitRandom(v) },
  {
    option: 'rampUp: from',
    ...ratio,
    use: ({ core }, from) => core.rampUp({ from, to: 1, durationMs: 1 }),
  },
  {
    option: 'rampUp: to',
    ...numbers(0, 0.49, 1.1),
    use: ({ core }, to) => core.rampUp({ from: 0.5, to, durationMs: 1 }),
  },
  {
    option: 'rampUp: durationMs',
    ...ms,
    use: ({ core }, durationMs) => core.rampUp({ from: 0.5, to: 1, durationMs }),
  },
  { option: 'admitWhen: name', ...text, use: ({ core }, v) => core.admitWhen(v, fn) },
  { option: 'admitWhen: test', ...callable, use: ({ core }, v) => core.admitWhen('x', v) },
]

export const policyOptionCases: readonly ConformanceCase[] = refusals(policies)
