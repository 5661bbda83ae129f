import {
  admitRandom,
  admitWhen,
  anyError,
  avgLatency,
  backoff,
  CircuitBreaker,
  CircuitRegistry,
  cooldown,
  countWindow,
  errorType,
  errorWhere,
  failureRate,
  failureStreak,
  LogListener,
  minRequests,
  rampUp,
  resultWhere,
  retryWhen,
  slowRate,
  timeWindow,
  tripWhen,
  WebhookListener,
} from '@fluxgate/core'
import { devtoolsListener } from '@fluxgate/core/devtools'
import { createFetch } from '@fluxgate/core/fetch'
import { ManualClock, seededRandom } from '@fluxgate/core/testing'
import {
  and,
  noArray,
  noAtLeast,
  noBoolean,
  noCount,
  noCountTo,
  noFunction,
  noJitter,
  noListener,
  noMs,
  noObject,
  noPolicy,
  noRatio,
  noText,
  noTimerMs,
  type WrongValues,
} from '@fluxgate/testkit/wrong-values'

const url = 'https://ops.example/'
const fn = () => true
const byHand = { test: fn, explain: () => ({ rule: 'by hand', met: true }) }
const breaker = (options: object) => new CircuitBreaker({ name: 'x', ...options })
const x = breaker({})

/** An option, what it must refuse, and what uses it. */
export type Row = [option: string, wrong: WrongValues, use: (value: never) => unknown]

/** Every option of everything that throws. */
export const rows: Row[] = [
  ['countWindow: size', and(noCountTo(10_000_000), undefined), countWindow],
  ['timeWindow: durationMs', and(noMs, undefined), (value) => timeWindow(value)],
  ['timeWindow: buckets', noCountTo(100_000), (buckets) => timeWindow(1, { buckets })],

  [
    'errorType: class',
    { types: [null, undefined, 5, {}, 'Error', fn], ranges: [] },
    (value) => errorType(Error, value),
  ],
  ['errorWhere: predicate', and(noFunction, undefined), errorWhere],
  ['resultWhere: predicate', and(noFunction, undefined), resultWhere],
  ['and: tracker', and(noPolicy, undefined), (value) => anyError().and(value)],
  ['or: tracker', and(noPolicy, undefined), (value) => anyError().or(value)],

  ['minRequests: n', and(noCount, undefined), minRequests],
  ['failureRate: ratio', and(noRatio, undefined), failureRate],
  ['slowRate: ratio', and(noRatio, undefined), (value) => slowRate(value, 1)],
  ['slowRate: thresholdMs', and(noMs, undefined), (value) => slowRate(1, value)],
  ['avgLatency: ms', and(noMs, undefined), avgLatency],
  ['failureStreak: n', and(noCount, undefined), failureStreak],
  ['tripWhen: name', and(noText, undefined), (value) => tripWhen(value, fn)],
  ['tripWhen: test', and(noFunction, undefined), (value) => tripWhen('x', value)],
  [
    'tripWhen: slowThresholdsMs',
    noArray,
    (slowThresholdsMs) => tripWhen('x', fn, { slowThresholdsMs }),
  ],
  [
    'tripWhen: slowThresholdsMs',
    and(noMs, undefined),
    (ms) => tripWhen('x', fn, { slowThresholdsMs: [1, ms] }),
  ],
  ['and: tripper', and(noPolicy, undefined), (value) => minRequests(1).and(value)],
  ['or: tripper', and(noPolicy, undefined), (value) => minRequests(1).or(value)],
  ['or: slowThresholdsMs', noMs, (ms) => minRequests(1).or({ ...byHand, slowThresholdsMs: [ms] })],
  [
    'or: slowThresholdsMs',
    noArray,
    (value) => minRequests(1).or({ ...byHand, slowThresholdsMs: value }),
  ],
  ['or: minRequests', noCount, (value) => minRequests(1).or({ ...byHand, minRequests: value })],

  ['cooldown: durationMs', and(noMs, undefined), (value) => cooldown(value)],
  ['cooldown: jitter', noJitter, (jitter) => cooldown(1, { jitter })],
  ['backoff: initialMs', and(noMs, undefined), (initialMs) => backoff({ initialMs })],
  ['backoff: multiplier', noAtLeast(1), (multiplier) => backoff({ initialMs: 1, multiplier })],
  ['backoff: maxMs', noMs, (maxMs) => backoff({ initialMs: 1, maxMs })],
  ['backoff: jitter', noJitter, (jitter) => backoff({ initialMs: 1, jitter })],
  ['retryWhen: name', and(noText, undefined), (value) => retryWhen(value, () => 1)],
  ['retryWhen: delayMs', and(noFunction, undefined), (value) => retryWhen('x', value)],

  ['admitRandom: ratio', and(noRatio, undefined), admitRandom],
  ['rampUp: from', and(noRatio, undefined), (from) => rampUp({ from, to: 1, durationMs: 1 })],
  ['rampUp: to', and(noRatio, undefined), (to) => rampUp({ from: 0.1, to, durationMs: 1 })],
  [
    'rampUp: durationMs',
    and(noMs, undefined),
    (durationMs) => rampUp({ from: 0.1, to: 1, durationMs }),
  ],
  ['admitWhen: name', and(noText, undefined), (value) => admitWhen(value, fn)],
  ['admitWhen: test', and(noFunction, undefined), (value) => admitWhen('x', value)],

  ['CircuitBreaker: name', and(noText, undefined), (name) => new CircuitBreaker({ name })],
  ['CircuitBreaker: window', noPolicy, (window) => breaker({ window })],
  ['CircuitBreaker: tracker', noPolicy, (tracker) => breaker({ tracker })],
  ['CircuitBreaker: tripper', noPolicy, (tripper) => breaker({ tripper })],
  [
    'CircuitBreaker: slowThresholdsMs',
    noArray,
    (value) => breaker({ tripper: { ...byHand, slowThresholdsMs: value } }),
  ],
  [
    'CircuitBreaker: minRequests',
    noCount,
    (value) => breaker({ tripper: { ...byHand, minRequests: value } }),
  ],
  ['CircuitBreaker: retry', noPolicy, (retry) => breaker({ retry })],
  ['CircuitBreaker: permit', noPolicy, (permit) => breaker({ permit })],
  ['CircuitBreaker: probes', noCount, (probes) => breaker({ probes })],
  ['CircuitBreaker: probeLeaseMs', noMs, (probeLeaseMs) => breaker({ probeLeaseMs })],
  [
    'CircuitBreaker: timeoutMs',
    noTimerMs,
    (timeoutMs) => breaker({ timeoutMs, probeLeaseMs: 1e10 }),
  ],
  ['CircuitBreaker: listeners', noArray, (listeners) => breaker({ listeners })],
  ['CircuitBreaker: listener', noListener, (listener) => breaker({ listeners: [fn, listener] })],
  ['CircuitBreaker: onError', noFunction, (onError) => breaker({ onError })],
  ['CircuitBreaker: captureStack', noBoolean, (captureStack) => breaker({ captureStack })],
  ['CircuitBreaker: clock', noPolicy, (clock) => breaker({ clock })],
  ['CircuitBreaker: random', noFunction, (random) => breaker({ random })],
  ['subscribe: listener', and(noListener, null, undefined), (value) => x.subscribe(value)],
  ['trip: forMs', noMs, (forMs) => x.trip({ forMs })],
  ['trip: reason', noText, (reason) => x.trip({ reason })],
  ['callSync: fn', and(noFunction, undefined), (value) => x.callSync(value)],
  ['callSync: fallback', noFunction, (fallback) => x.callSync(fn, { fallback })],
  ['wrap: fn', and(noFunction, undefined), (value) => x.wrap(value)],
  ['wrap: signal', noObject, (signal) => x.wrap(fn, { signal })],
  ['wrap: timeoutMs', noTimerMs, (timeoutMs) => x.wrap(fn, { timeoutMs })],
  ['wrap: fallback', noFunction, (fallback) => x.wrap(fn, { fallback })],
  ['wrapSync: fn', and(noFunction, undefined), (value) => x.wrapSync(value)],
  ['wrapSync: fallback', noFunction, (fallback) => x.wrapSync(fn, { fallback })],

  ['CircuitRegistry: maxSize', noCount, (maxSize) => new CircuitRegistry({ maxSize })],
  ['CircuitRegistry: defaults', noObject, (defaults) => new CircuitRegistry({ defaults })],
  ['CircuitBreaker: probes', noCount, (probes) => new CircuitRegistry({ defaults: { probes } })],
  [
    'CircuitBreaker: listener',
    noListener,
    (value) => new CircuitRegistry({ defaults: { listeners: [value] } }),
  ],
  ['CircuitBreaker: name', and(noText, undefined), (name) => new CircuitRegistry().get(name)],
  ['CircuitBreaker: name', and(noText, undefined), (name) => new CircuitRegistry().define(name)],
  ['define: options', noObject, (options) => new CircuitRegistry().define('x', options)],
  [
    'subscribe: listener',
    and(noObject, undefined),
    (value) => new CircuitRegistry().subscribe(value),
  ],
  ['subscribe: onAdd', noFunction, (onAdd) => new CircuitRegistry().subscribe({ onAdd })],
  ['subscribe: onRemove', noFunction, (onRemove) => new CircuitRegistry().subscribe({ onRemove })],

  ['LogListener: logger', noPolicy, (logger) => new LogListener({ logger })],
  [
    'LogListener: level',
    { types: [null, 5, 'fatal', 'toString', {}], ranges: [] },
    (open) => new LogListener({ levels: { open } }),
  ],
  ['LogListener: format', noFunction, (format) => new LogListener({ format })],

  [
    'WebhookListener: url',
    { types: [null, undefined, 5, {}, '', '/hook', 'ftp://x/', 'javascript:0'], ranges: [] },
    (value) => new WebhookListener({ url: value }),
  ],
  ['WebhookListener: headers', noObject, (headers) => new WebhookListener({ url, headers })],
  ['WebhookListener: fetch', noFunction, (value) => new WebhookListener({ url, fetch: value })],
  ['WebhookListener: attempts', noCount, (attempts) => new WebhookListener({ url, attempts })],
  ['WebhookListener: backoffMs', noTimerMs, (backoffMs) => new WebhookListener({ url, backoffMs })],
  ['WebhookListener: timeoutMs', noTimerMs, (timeoutMs) => new WebhookListener({ url, timeoutMs })],

  ['createFetch: fetch', noFunction, (value) => createFetch({ fetch: value })],
  ['CircuitRegistry: defaults', noObject, (defaults) => createFetch({ defaults })],
  ['createFetch: registry', noPolicy, (registry) => createFetch({ registry })],
  ['createFetch: key', noFunction, (key) => createFetch({ key })],
  ['createFetch: maxRetryAfterMs', noMs, (maxRetryAfterMs) => createFetch({ maxRetryAfterMs })],
  ['createFetch: fallback', noFunction, (fallback) => createFetch({ fallback })],

  ['devtoolsListener: capacity', noCount, (capacity) => devtoolsListener({ capacity })],
  ['devtoolsListener: controls', noBoolean, (controls) => devtoolsListener({ controls })],

  ['ManualClock: timestamp', noAtLeast(0), (value) => new ManualClock(value)],
  ['advance: ms', and(noAtLeast(0), undefined), (value) => new ManualClock().advance(value)],
  ['seededRandom: seed', and(noAtLeast(0), undefined), seededRandom],
]

/** These reject instead of throwing. */
export const rejecting: Row[] = [
  ['call: fn', and(noFunction, undefined), (value) => x.call(value)],
  ['call: signal', noObject, (signal) => x.call(fn, { signal })],
  ['call: timeoutMs', noTimerMs, (timeoutMs) => x.call(fn, { timeoutMs })],
  ['call: fallback', noFunction, (fallback) => x.call(fn, { fallback })],
]

/** Everything that takes options, and a set of good ones. */
export const owners: [string, (options: never) => unknown, object][] = [
  ['timeWindow', (options) => timeWindow(1, options), {}],
  ['tripWhen', (options) => tripWhen('x', fn, options), {}],
  ['cooldown', (options) => cooldown(1, options), {}],
  ['backoff', backoff, { initialMs: 1 }],
  ['rampUp', rampUp, { from: 0.1, to: 1, durationMs: 1 }],
  ['CircuitBreaker', (options) => new CircuitBreaker(options), { name: 'x' }],
  ['trip', (options) => breaker({}).trip(options), {}],
  ['callSync', (options) => x.callSync(fn, options), {}],
  ['wrap', (options) => x.wrap(fn, options), {}],
  ['wrapSync', (options) => x.wrapSync(fn, options), {}],
  ['CircuitRegistry', (options) => new CircuitRegistry(options), {}],
  ['LogListener', (options) => new LogListener(options), {}],
  ['LogListener: levels', (levels) => new LogListener({ levels }), {}],
  ['WebhookListener', (options) => new WebhookListener(options), { url }],
  ['createFetch', createFetch, {}],
  ['devtoolsListener', devtoolsListener, {}],
]
