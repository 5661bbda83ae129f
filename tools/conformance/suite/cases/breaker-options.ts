import type { BreakerOptions } from '@fluxgate/core'
import type { ConformanceCase } from '../conformance-case.ts'
import type { Subject } from '../subject.ts'
import {
  callable,
  count,
  listener,
  ms,
  numbers,
  object,
  policy,
  refusals,
  text,
  timer,
  type Wrong,
} from '../wrong-values.ts'

type Core = Subject['core']
const fn = () => true
const url = 'https://ops.example/'

const breaker = (core: Core, options: object) => new core.CircuitBreaker({ name: 'x', ...options })

const breakerRow = (name: keyof BreakerOptions, wrong: Pick<Wrong, 'types' | 'ranges'>): Wrong => ({
  option: `CircuitBreaker: ${name}`,
  ...wrong,
  use: ({ core }, value) => breaker(core, { [name]: value }),
})

const breakers: Wrong[] = [
  breakerRow('name', text),
  breakerRow('window', policy),
  breakerRow('tracker', policy),
  breakerRow('tripper', policy),
  breakerRow('retry', policy),
  breakerRow('permit', policy),
  breakerRow('probes', count),
  breakerRow('probeLeaseMs', ms),
  breakerRow('timeoutMs', timer),
  breakerRow('listeners', { types: [null, 5, {}, fn], ranges: [] }),
  breakerRow('onError', callable),
  breakerRow('captureStack', { types: [null, 0, 'true'], ranges: [] }),
  breakerRow('clock', policy),
  breakerRow('random', callable),
  {
    option: 'CircuitBreaker: listener',
    ...listener,
    use: ({ core }, v) => breaker(core, { listeners: [fn, v] }),
  },
  {
    option: 'subscribe: listener',
    ...listener,
    use: ({ core }, v) => breaker(core, {}).subscribe(v),
  },
  { option: 'trip: forMs', ...ms, use: ({ core }, forMs) => breaker(core, {}).trip({ forMs }) },
  {
    option: 'trip: reason',
    ...text,
    use: ({ core }, reason) => breaker(core, {}).trip({ reason }),
  },
  { option: 'callSync: fn', ...callable, use: ({ core }, v) => breaker(core, {}).callSync(v) },
  {
    option: 'callSync: fallback',
    ...callable,
    use: ({ core }, fallback) => breaker(core, {}).callSync(fn, { fallback }),
  },
  { option: 'wrap: fn', ...callable, use: ({ core }, v) => breaker(core, {}).wrap(v) },
  {
    option: 'wrap: timeoutMs',
    ...timer,
    use: ({ core }, timeoutMs) => breaker(core, {}).wrap(fn, { timeoutMs }),
  },
  {
    option: 'wrap: signal',
    ...object,
    use: ({ core }, signal) => breaker(core, {}).wrap(fn, { signal }),
  },
  { option: 'wrapSync: fn', ...callable, use: ({ core }, v) => breaker(core, {}).wrapSync(v) },
]

const others: Wrong[] = [
  {
    option: 'CircuitRegistry: maxSize',
    ...count,
    use: ({ core }, maxSize) => new core.CircuitRegistry({ maxSize }),
  },
  {
    option: 'CircuitRegistry: defaults',
    ...object,
    use: ({ core }, defaults) => new core.CircuitRegistry({ defaults }),
  },
  {
    option: 'LogListener: logger',
    ...policy,
    use: ({ core }, logger) => new core.LogListener({ logger }),
  },
  {
    option: 'LogListener: format',
    ...callable,
    use: ({ core }, format) => new core.LogListener({ format }),
  },
  {
    option: 'WebhookListener: url',
    types: [null, 5, '/hook', 'ftp://x/'],
    ranges: [],
    use: ({ core }, v) => new core.WebhookListener({ url: v }),
  },
  {
    option: 'WebhookListener: attempts',
    ...count,
    use: ({ core }, attempts) => new core.WebhookListener({ url, attempts }),
  },
  {
    option: 'WebhookListener: timeoutMs',
    ...timer,
    use: ({ core }, timeoutMs) => new core.WebhookListener({ url, timeoutMs }),
  },
  { option: 'createFetch: key', ...callable, use: ({ fetch }, key) => fetch.createFetch({ key }) },
  {
    option: 'createFetch: maxRetryAfterMs',
    ...ms,
    use: ({ fetch }, maxRetryAfterMs) => fetch.createFetch({ maxRetryAfterMs }),
  },
  {
    option: 'devtoolsListener: capacity',
    ...count,
    use: ({ devtools }, capacity) => devtools.devtoolsListener({ capacity }),
  },
  {
    option: 'devtoolsListener: controls',
    types: [null, 0, 'true'],
    ranges: [],
    use: ({ devtools }, controls) => devtools.devtoolsListener({ controls }),
  },
  {
    option: 'advance: ms',
    ...numbers(-1),
    use: ({ testing }, v) => new testing.ManualClock().advance(v),
  },
  {
    option: 'seededRandom: seed',
    ...numbers(-1),
    use: ({ testing }, v) => testing.seededRandom(v),
  },
]

export const breakerOptionCases: readonly ConformanceCase[] = refusals([...breakers, ...others])
