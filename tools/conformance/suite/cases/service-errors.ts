import { SubjectRig } from '@fluxgate/testkit/subject-rig'
import { thrown } from '@fluxgate/testkit/thrown'
import { assert } from 'chai'
import { type ConformanceCase, cases, table } from '../conformance-case.ts'

interface Row {
  readonly says: string
  readonly error: unknown
  readonly is: 'success' | 'failure'
}

/** Errors of an HTTP client for the statuses 404 (an answer), 429 and 503 (failures). */
const client = (says: string, make: (status: number) => unknown): Row[] =>
  ([404, 429, 503] as const).map((status) => ({
    says: `${says} with status ${status}`,
    error: make(status),
    is: status === 404 ? 'success' : 'failure',
  }))

const aws = (name: string, is: Row['is'], more: object = {}): Row => ({
  says: `the AWS error ${name}`,
  error: { name, $fault: 'client', $metadata: { httpStatusCode: 400 }, ...more },
  is,
})

const rows: Row[] = [
  ...client('an error of axios', (status) => ({
    code: 'ERR_BAD_REQUEST',
    status,
    response: { status, data: {} },
  })),
  ...client('an error of got', (statusCode) => ({ response: { statusCode } })),
  ...client('an error of ky', (status) => ({ name: 'HTTPError', response: { status } })),
  ...client('an error of OpenAI', (status) => Object.assign(new Error('api'), { status })),
  ...client('an error of Stripe', (statusCode) => ({ statusCode })),
  ...client('an error of AWS', (httpStatusCode) => ({ $metadata: { httpStatusCode } })),
  { says: 'an error without status', error: new Error('ECONNRESET'), is: 'failure' },
  { says: 'undefined', error: undefined, is: 'failure' },
  { says: 'status 304, as of axios', error: { status: 304 }, is: 'success' },
  { says: 'status 299', error: { status: 299 }, is: 'failure' },
  { says: 'status 300', error: { status: 300 }, is: 'success' },
  { says: 'status 499', error: { status: 499 }, is: 'success' },
  { says: 'status 500', error: { status: 500 }, is: 'failure' },
  { says: 'a status that is a text', error: { status: '404' }, is: 'failure' },
  { says: 'a gRPC status', error: { status: 5 }, is: 'failure' },
  aws('ThrottlingException', 'failure'),
  aws('ProvisionedThroughputExceededException', 'failure'),
  aws('RequestTimeout', 'failure'),
  aws('ConditionalCheckFailedException', 'success'),
  aws('Other', 'failure', { $retryable: { throttling: false } }),
]

const defaults = table(
  '2. Trackers',
  rows,
  ({ says, is }) => `serviceError: ${says} is a ${is}`,
  ({ error, is }, subject) => {
    const rig = new SubjectRig(subject)
    rig.fail(1, error)
    assert.deepEqual(rig.outcomes, [is])
    assert.strictEqual(rig.recorded, is === 'failure' ? '1/1' : '1/0')
  },
)

const options = cases('2. Trackers', {
  'serviceError({ statuses }) decides for every error that carries a status': (s) => {
    const tracker = s.core.serviceError({ statuses: (status) => status === 404 })
    const rig = new SubjectRig(s, { tracker, tripper: s.core.failureStreak(9) })
    for (const error of [{ status: 404 }, { status: 503 }, { statusCode: 429 }, new Error('x')]) {
      rig.fail(1, error)
    }
    assert.deepEqual(rig.outcomes, ['failure', 'success', 'success', 'failure'])
  },
  'an error that is an answer reaches the caller, and its event has it': (s) => {
    const rig = new SubjectRig(s)
    const error = Object.assign(new Error('not found'), { status: 404 })
    const caught = thrown(() =>
      rig.breaker.callSync(() => {
        throw error
      }),
    )
    assert.strictEqual(caught, error)
    assert.deepInclude(rig.events[0], { outcome: 'success', error })
  },
  'answers that a client throws do not open the circuit of a healthy service': (s) => {
    const breaker = new s.core.CircuitBreaker({ name: 'cache' })
    for (let i = 0; i < 1_000; i++) {
      breaker.acquire().failure({ status: i % 50 === 0 ? 503 : 404 })
    }
    assert.strictEqual(breaker.state, 'closed')
    assert.deepInclude(breaker.snapshot().metrics, { total: 100, failures: 2 })
  },
  'an error whose properties throw is a failure, and is not reported': (s) => {
    const rig = new SubjectRig(s)
    const error = Object.defineProperty({}, 'status', {
      get() {
        throw new Error('hostile')
      },
    })
    rig.fail(1, error)
    assert.deepEqual(rig.outcomes, ['failure'])
    assert.deepEqual(rig.errors, [])
  },
})

export const serviceErrorCases: readonly ConformanceCase[] = [...defaults, ...options]
