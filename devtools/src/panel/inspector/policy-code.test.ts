import * as fluxgate from '@fluxgate/core'
import {
  admitRandom,
  admitWhen,
  anyError,
  avgLatency,
  type BreakerOptions,
  backoff,
  CircuitBreaker,
  cooldown,
  countWindow,
  errorType,
  errorWhere,
  failureRate,
  failureStreak,
  minRequests,
  rampUp,
  resultWhere,
  retryNever,
  retryWhen,
  slowRate,
  TimeoutError,
  timeWindow,
  tripWhen,
  whileClosed,
  whileHalfOpen,
} from '@fluxgate/core'
import fc from '@fluxgate/testkit/fast-check'
import { expect, test } from 'vitest'
import { breakerCode } from './policy-code.ts'

const codeOf = (options: BreakerOptions) => breakerCode(new CircuitBreaker(options).toJSON())

test('generates the code that a developer would write', () => {
  const code = codeOf({
    name: 'payments',
    window: timeWindow(60_000),
    tracker: errorType(TypeError, TimeoutError),
    tripper: failureStreak(5).or(minRequests(20).and(failureRate(0.5).or(slowRate(0.3, 1_000)))),
    retry: backoff({ initialMs: 10_000, maxMs: 600_000, jitter: 0.1 }),
    permit: rampUp({ from: 0.1, to: 1, durationMs: 60_000 }),
    probes: 5,
    timeoutMs: 2_500,
  })
  expect(code).toBe(`import {
  CircuitBreaker,
  TimeoutError,
  backoff,
  errorType,
  failureRate,
  failureStreak,
  minRequests,
  rampUp,
  slowRate,
  timeWindow,
} from '@fluxgate/core'

const paymentsBreaker = new CircuitBreaker({
  name: 'payments',
  window: timeWindow(60_000, { buckets: 20 }),
  tracker: errorType(TypeError, TimeoutError),
  tripper: failureStreak(5).or(minRequests(20).and(failureRate(0.5).or(slowRate(0.3, 1_000)))),
  retry: backoff({ initialMs: 10_000, multiplier: 2, maxMs: 600_000, jitter: 0.1 }),
  permit: rampUp({ from: 0.1, to: 1, durationMs: 60_000 }),
  probes: 5,
  probeLeaseMs: 60_000,
  timeoutMs: 2_500,
})
`)
})

/** Runs generated code. */
function run(code: string): CircuitBreaker {
  const body = code
    .replace(/import \{([^}]*)\} from '@fluxgate\/core'/, 'const {$1} = fluxgate')
    .replace(/const \w+ = new/, 'return new')
  const result: unknown = new Function('fluxgate', body)(fluxgate)
  if (result instanceof CircuitBreaker) return result
  throw new TypeError(`This code creates no circuit:\n${code}`)
}

const tripperArbitrary = fc.letrec<{ rule: fluxgate.Tripper; leaf: fluxgate.Tripper }>((tie) => ({
  leaf: fc.oneof(
    fc.integer({ min: 1, max: 50 }).map(minRequests),
    fc.integer({ min: 1, max: 20_000 }).map(failureStreak),
    fc.double({ min: 0.001, max: 1, noNaN: true }).map(failureRate),
    fc.double({ min: 0.5, max: 90_000, noNaN: true }).map(avgLatency),
    fc.constantFrom(whileClosed(), whileHalfOpen(), slowRate(0.25, 1_500)),
  ),
  rule: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    tie('leaf'),
    fc.tuple(tie('rule'), tie('rule')).map(([a, b]) => a.and(b)),
    fc.tuple(tie('rule'), tie('rule')).map(([a, b]) => a.or(b)),
    tie('rule').map((rule) => rule.not()),
  ),
})).rule

/** A breaker rejects a rule that can be met in no state. */
function canBeMet(tripper: fluxgate.Tripper): boolean {
  try {
    return !!new CircuitBreaker({ name: 'x', tripper, window: timeWindow(1) })
  } catch {
    return false
  }
}

test('generates code that creates a circuit with the same configuration', () => {
  fc.assert(
    fc.property(
      fc.string({ minLength: 1, unit: 'binary' }),
      tripperArbitrary,
      fc.constantFrom(countWindow(5_000), timeWindow(90_000, { buckets: 7 })),
      fc.constantFrom(
        cooldown(30_000, { jitter: 0.25 }),
        retryNever(),
        backoff({ initialMs: 1e21, maxMs: 1e22 }),
      ),
      fc.constantFrom(
        fluxgate.admitAll(),
        admitRandom(0.125),
        rampUp({ from: 0.5, to: 1, durationMs: 9 }),
      ),
      (name, tripper, window, retry, permit) => {
        fc.pre(canBeMet(tripper))
        const circuit = new CircuitBreaker({ name, tripper, window, retry, permit })
        expect(run(breakerCode(circuit.toJSON())).toJSON()).toEqual(circuit.toJSON())
      },
    ),
  )
})

test('marks functions that JSON cannot hold with a comment', () => {
  const isServerError = () => true
  const code = codeOf({
    name: 'GET /orders/{id}',
    tracker: anyError()
      .or(errorWhere(isServerError))
      .or(resultWhere(() => false))
      .not(),
    tripper: tripWhen("night's shift", () => false).or({
      test: () => false,
      explain: () => ({ rule: 'own', met: false }),
    }),
    retry: retryWhen('as requested', () => 1),
    permit: admitWhen('leader', () => true),
  })
  expect(code).toContain('const getOrdersIdBreaker = new')
  expect(code).toContain(
    'tracker: anyError().or(errorWhere(/* your isServerError */)).or(resultWhere(/* your function */)).not(),',
  )
  expect(code).toContain(
    "tripper: tripWhen('night\\'s shift', /* your function */).or(/* your policy */),",
  )
  expect(code).toContain("retry: retryWhen('as requested', /* your function */),")
})

test.each([
  ['errorWhere', 'eval', 'errorWhere(/* your eval */)'],
  ['errorType', 'PaymentError', 'errorType(/* your PaymentError */)'],
  ['serviceError', 'isFault', 'serviceError({ statuses: /* your isFault */ })'],
  ['serviceError', '*/ alert(1)', 'serviceError({ statuses: /* your function */ })'],
  ['eval', 'alert(1)', '/* your policy */'],
])('puts no name of the page into the code: %s(%s)', (type, arg, expected) => {
  const config = new CircuitBreaker({ name: 'x' }).toJSON()
  const code = breakerCode({ ...config, tracker: { type, args: [arg] } })
  expect(code).toContain(`tracker: ${expected},`)
  expect(code.slice(0, code.indexOf('from'))).not.toContain('eval')
})

test.each([
  ['delete', 'deleteBreaker'],
  ['anyError', 'anyErrorBreaker'],
  ['404', 'breaker'],
  ['결제', 'breaker'],
  ['API gateway', 'apiGatewayBreaker'],
])('names the variable of the circuit %s %s', (name, variable) => {
  expect(codeOf({ name })).toContain(`const ${variable} = new CircuitBreaker`)
})

test('does not emit code from an untrusted configuration', () => {
  const policy = (type: string, ...args: string[]) => ({ type, args })
  const code = breakerCode({
    ...new CircuitBreaker({ name: "x'); alert(1); ('" }).toJSON(),
    tracker: policy('errorType', 'alert(1)', '*/ alert(1) /*'),
    tripper: policy('alert(1);failureRate'),
    retry: policy('cooldown', "'); alert(1); ('"),
  })
  expect(code).toContain("name: 'x\\'); alert(1); (\\'',")
  expect(code).toContain('tracker: errorType(/* your function */, /* your function */),')
  expect(code).toContain('tripper: /* your policy */,')
  expect(code).toContain("retry: cooldown('\\'); alert(1); (\\''),")
})
