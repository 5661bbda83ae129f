import { assert } from 'chai'
import { cases } from '../conformance-case.ts'

/** The runtime exports of each entry point. */
export const exportCases = cases('1. Packages', {
  '@fluxgate/core exports exactly the documented names': ({ core }) => {
    assert.deepEqual(Object.keys(core).sort(), [
      'CallNotPermittedError',
      'CircuitBreaker',
      'CircuitRegistry',
      'LogListener',
      'TimeoutError',
      'WebhookListener',
      'WindowCounts',
      'admitAll',
      'admitRandom',
      'admitWhen',
      'anyError',
      'avgLatency',
      'backoff',
      'cooldown',
      'countWindow',
      'errorNamed',
      'errorType',
      'errorWhere',
      'failureCount',
      'failureRate',
      'failureStreak',
      'findRejection',
      'formatSignal',
      'isCallNotPermitted',
      'minRequests',
      'rampUp',
      'resultWhere',
      'retryAfterMs',
      'retryAlways',
      'retryNever',
      'retryWhen',
      'serviceError',
      'slowRate',
      'timeWindow',
      'tripWhen',
      'whileClosed',
      'whileHalfOpen',
    ])
  },
  'the subpaths export exactly the documented names': ({ fetch, devtools, testing, view }) => {
    assert.deepEqual(Object.keys(fetch).sort(), ['HttpStatusError', 'createFetch'])
    assert.deepEqual(Object.keys(devtools).sort(), [
      'devtoolsKey',
      'devtoolsListener',
      'maxEventsPerRead',
    ])
    assert.deepEqual(Object.keys(testing).sort(), ['ManualClock', 'checkWindow', 'seededRandom'])
    assert.deepEqual(Object.keys(view), ['rejectionOf', 'untilRetryMs', 'watchCircuit'])
  },
  'stateful things are classes, policies are created by functions': ({ core }) => {
    for (const [name, value] of Object.entries(core)) {
      if (name === 'retryAfterMs') assert.isTrue(typeof value === 'symbol')
      else assert.isFunction(value, name)
      const isClass = typeof value === 'function' && /^class\b/.test(String(value))
      assert.strictEqual(isClass, /^[A-Z]/.test(name), name)
    }
  },
  'the subpaths share the classes of the main entry': async ({ core, fetch }) => {
    const defaults = { timeoutMs: 5 }
    const guarded = fetch.createFetch({ defaults, fetch: () => new Promise(() => {}) })
    try {
      await guarded('https://api.example/')
      assert.fail('answered')
    } catch (error) {
      assert.instanceOf(error, core.TimeoutError)
    }
  },
  'the exported errors are errors with names': ({ core, fetch }) => {
    const cause = { name: 'Error', message: 'why' }
    const fields = {
      circuitName: 'x',
      state: 'open',
      reason: 'r',
      retryAt: 5,
      retryAfterMs: 4,
    } as const
    const rejected = new core.CallNotPermittedError({ ...fields, cause })
    assert.instanceOf(rejected, Error)
    assert.deepInclude(rejected, fields)
    assert.strictEqual(rejected.cause, cause)
    assert.strictEqual(rejected.name, 'CallNotPermittedError')
    const status = new fetch.HttpStatusError(503, new URL('https://api.example/a?b'), 5)
    assert.instanceOf(status, Error)
    assert.strictEqual(status[core.retryAfterMs], 5)
  },
})
