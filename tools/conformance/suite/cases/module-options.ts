import {
  required,
  wrongBooleans,
  wrongCounts,
  wrongFunctions,
  wrongListeners,
  wrongMs,
  wrongNumbers,
  wrongObjects,
  wrongPolicies,
  wrongTexts,
  wrongTimerMs,
} from '@fluxgate/testkit/wrong-values'
import type { ConformanceCase } from '../conformance-case.ts'
import { type Refusal, throwingRefusals } from '../refusals.ts'

const url = 'https://ops.example/'

const registries: Refusal[] = [
  [
    'CircuitRegistry: maxSize',
    wrongCounts,
    ({ core }, maxSize) => new core.CircuitRegistry({ maxSize }),
  ],
  [
    'CircuitRegistry: defaults',
    wrongObjects,
    ({ core }, defaults) => new core.CircuitRegistry({ defaults }),
  ],
  [
    'CircuitRegistry: defaults',
    wrongObjects,
    ({ fetch }, defaults) => fetch.createFetch({ defaults }),
  ],
  ['define: options', wrongObjects, ({ core }, v) => new core.CircuitRegistry().define('x', v)],
  [
    'subscribe: onAdd',
    wrongFunctions,
    ({ core }, onAdd) => new core.CircuitRegistry().subscribe({ onAdd }),
  ],
  [
    'subscribe: onRemove',
    wrongFunctions,
    ({ core }, onRemove) => new core.CircuitRegistry().subscribe({ onRemove }),
  ],
]

/** Options of a breaker that a registry passes on: the messages are those of the breaker. */
export const registryRefusals: Refusal[] = [
  [
    'CircuitBreaker: probes',
    wrongCounts,
    ({ core }, probes) => new core.CircuitRegistry({ defaults: { probes } }),
  ],
  [
    'CircuitBreaker: listener',
    wrongListeners,
    ({ core }, v) => new core.CircuitRegistry({ defaults: { listeners: [v] } }),
  ],
  [
    'CircuitBreaker: name',
    required(wrongTexts),
    ({ core }, name) => new core.CircuitRegistry().get(name),
  ],
  [
    'CircuitBreaker: name',
    required(wrongTexts),
    ({ core }, name) => new core.CircuitRegistry().define(name),
  ],
  [
    'subscribe: listener',
    required(wrongObjects),
    ({ core }, v) => new core.CircuitRegistry().subscribe(v),
  ],
]

const listeners: Refusal[] = [
  ['LogListener: logger', wrongPolicies, ({ core }, logger) => new core.LogListener({ logger })],
  [
    'LogListener: level',
    { types: [null, 5, 'fatal', 'toString', {}], ranges: [] },
    ({ core }, open) => new core.LogListener({ levels: { open } }),
  ],
  ['LogListener: format', wrongFunctions, ({ core }, format) => new core.LogListener({ format })],
  [
    'WebhookListener: fetch',
    wrongFunctions,
    ({ core }, v) => new core.WebhookListener({ url, fetch: v }),
  ],
  [
    'WebhookListener: attempts',
    wrongCounts,
    ({ core }, attempts) => new core.WebhookListener({ url, attempts }),
  ],
  [
    'WebhookListener: backoffMs',
    wrongTimerMs,
    ({ core }, backoffMs) => new core.WebhookListener({ url, backoffMs }),
  ],
  [
    'WebhookListener: timeoutMs',
    wrongTimerMs,
    ({ core }, timeoutMs) => new core.WebhookListener({ url, timeoutMs }),
  ],
]

const subpaths: Refusal[] = [
  ['createFetch: fetch', wrongFunctions, ({ fetch }, v) => fetch.createFetch({ fetch: v })],
  [
    'createFetch: registry',
    wrongPolicies,
    ({ fetch }, registry) => fetch.createFetch({ registry }),
  ],
  ['createFetch: key', wrongFunctions, ({ fetch }, key) => fetch.createFetch({ key })],
  [
    'createFetch: maxRetryAfterMs',
    wrongMs,
    ({ fetch }, maxRetryAfterMs) => fetch.createFetch({ maxRetryAfterMs }),
  ],
  [
    'createFetch: fallback',
    wrongFunctions,
    ({ fetch }, fallback) => fetch.createFetch({ fallback }),
  ],
  [
    'devtoolsListener: capacity',
    wrongCounts,
    ({ devtools }, capacity) => devtools.devtoolsListener({ capacity }),
  ],
  [
    'devtoolsListener: controls',
    wrongBooleans,
    ({ devtools }, controls) => devtools.devtoolsListener({ controls }),
  ],
  [
    'ManualClock: timestamp',
    wrongNumbers(-0.001, -5),
    ({ testing }, v) => new testing.ManualClock(v),
  ],
  [
    'advance: ms',
    required(wrongNumbers(-0.001, -5)),
    ({ testing }, v) => new testing.ManualClock().advance(v),
  ],
  [
    'seededRandom: seed',
    required(wrongNumbers(-0.001, -5)),
    ({ testing }, v) => testing.seededRandom(v),
  ],
]

export const moduleOptionCases: readonly ConformanceCase[] = throwingRefusals([
  ...registries,
  ...listeners,
  ...subpaths,
])
