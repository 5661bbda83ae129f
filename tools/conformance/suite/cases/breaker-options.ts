import {
  required,
  wrongArrays,
  wrongBooleans,
  wrongCounts,
  wrongFunctions,
  wrongListeners,
  wrongMs,
  wrongObjects,
  wrongPolicies,
  wrongTexts,
  wrongTimeoutMs,
} from '@fluxgate/testkit/wrong-values'
import type { ConformanceCase } from '../conformance-case.ts'
import { type Refusal, rejectingRefusals, throwingRefusals } from '../refusals.ts'
import type { Subject } from '../subject.ts'
import { registryRefusals } from './module-options.ts'

const fn = () => true
const byHand = { test: fn, explain: () => ({ rule: 'by hand', met: true }) }
const breaker = ({ core }: Subject, options: object = {}) =>
  new core.CircuitBreaker({ name: 'x', ...options })

const options: Refusal[] = [
  ['CircuitBreaker: name', required(wrongTexts), (s, name) => breaker(s, { name })],
  ['CircuitBreaker: window', wrongPolicies, (s, window) => breaker(s, { window })],
  ['CircuitBreaker: tracker', wrongPolicies, (s, tracker) => breaker(s, { tracker })],
  [
    'CircuitBreaker: ignore',
    { types: [true, ...wrongPolicies.types], ranges: [] },
    (s, ignore) => breaker(s, { ignore }),
  ],
  [
    'CircuitBreaker: deadline',
    { types: [null, true, 'abort', {}], ranges: [] },
    (s, deadline) => breaker(s, { deadline }),
  ],
  ['CircuitBreaker: tripper', wrongPolicies, (s, tripper) => breaker(s, { tripper })],
  [
    'CircuitBreaker: slowThresholdsMs',
    wrongArrays,
    (s, v) => breaker(s, { tripper: { ...byHand, slowThresholdsMs: v } }),
  ],
  [
    'CircuitBreaker: minRequests',
    wrongCounts,
    (s, v) => breaker(s, { tripper: { ...byHand, minRequests: v } }),
  ],
  [
    'CircuitBreaker: timed',
    wrongBooleans,
    (s, v) => breaker(s, { tripper: { ...byHand, timed: v } }),
  ],
  ['CircuitBreaker: timed', wrongBooleans, (s, timed) => breaker(s, { timed })],
  [
    'CircuitBreaker: listener: timed',
    wrongBooleans,
    (s, timed) => breaker(s, { listeners: [{ onCall: fn, timed }] }),
  ],
  ['CircuitBreaker: retry', wrongPolicies, (s, retry) => breaker(s, { retry })],
  ['CircuitBreaker: permit', wrongPolicies, (s, permit) => breaker(s, { permit })],
  ['CircuitBreaker: probes', wrongCounts, (s, probes) => breaker(s, { probes })],
  ['CircuitBreaker: probeLeaseMs', wrongMs, (s, probeLeaseMs) => breaker(s, { probeLeaseMs })],
  // a lease that is no shorter than any of these limits: only the limit itself is wrong
  [
    'CircuitBreaker: timeoutMs',
    wrongTimeoutMs,
    (s, timeoutMs) => breaker(s, { timeoutMs, probeLeaseMs: 1e10 }),
  ],
  ['CircuitBreaker: listeners', wrongArrays, (s, listeners) => breaker(s, { listeners })],
  [
    'CircuitBreaker: listener',
    wrongListeners,
    (s, listener) => breaker(s, { listeners: [fn, listener] }),
  ],
  ['CircuitBreaker: onError', wrongFunctions, (s, onError) => breaker(s, { onError })],
  [
    'CircuitBreaker: captureStack',
    wrongBooleans,
    (s, captureStack) => breaker(s, { captureStack }),
  ],
  ['CircuitBreaker: clock', wrongPolicies, (s, clock) => breaker(s, { clock })],
  ['CircuitBreaker: random', wrongFunctions, (s, random) => breaker(s, { random })],
]

const methods: Refusal[] = [
  ['subscribe: listener', required(wrongListeners), (s, v) => breaker(s).subscribe(v)],
  ['subscribe: listener', { types: [null], ranges: [] }, (s, v) => breaker(s).subscribe(v)],
  ['trip: forMs', wrongMs, (s, forMs) => breaker(s).trip({ forMs })],
  ['trip: reason', wrongTexts, (s, reason) => breaker(s).trip({ reason })],
  ['callSync: fn', required(wrongFunctions), (s, v) => breaker(s).callSync(v)],
  ['callSync: fallback', wrongFunctions, (s, fallback) => breaker(s).callSync(fn, { fallback })],
  ['wrap: fn', required(wrongFunctions), (s, v) => breaker(s).wrap(v)],
  ['wrap: signal', wrongObjects, (s, signal) => breaker(s).wrap(fn, { signal })],
  ['wrap: timeoutMs', wrongTimeoutMs, (s, timeoutMs) => breaker(s).wrap(fn, { timeoutMs })],
  ['wrap: fallback', wrongFunctions, (s, fallback) => breaker(s).wrap(fn, { fallback })],
  ['wrapSync: fn', required(wrongFunctions), (s, v) => breaker(s).wrapSync(v)],
  ['wrapSync: fallback', wrongFunctions, (s, fallback) => breaker(s).wrapSync(fn, { fallback })],
]

const call: Refusal[] = [
  ['call: fn', required(wrongFunctions), (s, v) => breaker(s).call(v)],
  ['call: signal', wrongObjects, (s, signal) => breaker(s).call(fn, { signal })],
  ['call: timeoutMs', wrongTimeoutMs, (s, timeoutMs) => breaker(s).call(fn, { timeoutMs })],
  ['call: fallback', wrongFunctions, (s, fallback) => breaker(s).call(fn, { fallback })],
]

export const breakerOptionCases: readonly ConformanceCase[] = [
  ...throwingRefusals([...options, ...methods, ...registryRefusals]),
  ...rejectingRefusals(call),
]
