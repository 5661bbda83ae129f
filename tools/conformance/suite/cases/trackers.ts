import type { Tracker } from '@fluxgate/core'
import { SubjectRig } from '@fluxgate/testkit/subject-rig'
import { thrown } from '@fluxgate/testkit/thrown'
import { assert } from 'chai'
import { type ConformanceCase, cases, table } from '../conformance-case.ts'
import type { Subject } from '../subject.ts'

type Core = Subject['core']
type Outcome = 'success' | 'failure'
interface Row {
  says: string
  of(core: Core): Tracker
  thrown?: unknown
  returned?: unknown
  is: Outcome
}

class Sub extends TypeError {}
const isBusy = (error: unknown) => error === 'busy'
const isShort = (error: unknown) => String(error).length < 5
const is500 = (value: unknown) => value === 500
const isNumber = (value: unknown) => typeof value === 'number'
const range = new RangeError('x')

const errorRows: Row[] = [
  { says: 'anyError', of: (c) => c.anyError(), thrown: new Error('x'), is: 'failure' },
  { says: 'anyError', of: (c) => c.anyError(), thrown: 'a string', is: 'failure' },
  { says: 'anyError', of: (c) => c.anyError(), thrown: undefined, is: 'failure' },
  { says: 'anyError', of: (c) => c.anyError(), thrown: null, is: 'failure' },
  { says: 'anyError', of: (c) => c.anyError(), returned: 500, is: 'success' },
  { says: 'anyError', of: (c) => c.anyError(), returned: undefined, is: 'success' },
  { says: 'anyError', of: (c) => c.anyError(), returned: new Error('x'), is: 'success' },
  { says: 'errorType', of: (c) => c.errorType(TypeError), thrown: new TypeError(), is: 'failure' },
  { says: 'errorType', of: (c) => c.errorType(TypeError), thrown: new Sub(), is: 'failure' },
  { says: 'errorType', of: (c) => c.errorType(TypeError), thrown: range, is: 'success' },
  { says: 'errorType', of: (c) => c.errorType(TypeError), thrown: 'TypeError', is: 'success' },
  {
    says: 'errorType of two',
    of: (c) => c.errorType(Sub, RangeError),
    thrown: range,
    is: 'failure',
  },
  { says: 'errorType', of: (c) => c.errorType(TypeError), returned: range, is: 'success' },
  {
    says: 'errorType',
    of: (c) => c.errorType(c.TimeoutError),
    thrown: new Error('timeout'),
    is: 'success',
  },
  { says: 'errorWhere', of: (c) => c.errorWhere(isBusy), thrown: 'busy', is: 'failure' },
  { says: 'errorWhere', of: (c) => c.errorWhere(isBusy), thrown: 'gone', is: 'success' },
  { says: 'errorWhere', of: (c) => c.errorWhere(isBusy), returned: 'busy', is: 'success' },
  { says: 'resultWhere', of: (c) => c.resultWhere(is500), returned: 500, is: 'failure' },
  { says: 'resultWhere', of: (c) => c.resultWhere(is500), returned: 200, is: 'success' },
  { says: 'resultWhere', of: (c) => c.resultWhere(is500), thrown: 500, is: 'success' },
]

const twoErrors = (c: Core) => c.errorWhere(isBusy).and(c.errorWhere(isShort))
const eitherError = (c: Core) => c.errorWhere(isBusy).or(c.errorType(RangeError))
const twoResults = (c: Core) => c.resultWhere(is500).and(c.resultWhere(isNumber))
const mixed = (c: Core) => c.errorType(TypeError).or(c.resultWhere(is500))

const composedRows: Row[] = [
  { says: 'and of errors', of: twoErrors, thrown: 'busy', is: 'failure' },
  { says: 'and of errors', of: twoErrors, thrown: 'low', is: 'success' },
  { says: 'and of errors', of: twoErrors, thrown: 'neither one', is: 'success' },
  { says: 'or of errors', of: eitherError, thrown: 'busy', is: 'failure' },
  { says: 'or of errors', of: eitherError, thrown: range, is: 'failure' },
  { says: 'or of errors', of: eitherError, thrown: 'gone', is: 'success' },
  { says: 'and of results', of: twoResults, returned: 500, is: 'failure' },
  { says: 'and of results', of: twoResults, returned: 200, is: 'success' },
  {
    says: 'or of results',
    of: (c) => c.resultWhere(is500).or(c.resultWhere((value) => value === 429)),
    returned: 429,
    is: 'failure',
  },
  { says: 'or of an error and a result', of: mixed, thrown: new Sub(), is: 'failure' },
  { says: 'or of an error and a result', of: mixed, thrown: range, is: 'success' },
  { says: 'or of an error and a result', of: mixed, returned: 500, is: 'failure' },
  { says: 'or of an error and a result', of: mixed, returned: 200, is: 'success' },
  { says: 'not of errors', of: (c) => c.errorWhere(isBusy).not(), thrown: 'busy', is: 'success' },
  { says: 'not of errors', of: (c) => c.errorWhere(isBusy).not(), thrown: 'gone', is: 'failure' },
  { says: 'not of errors', of: (c) => c.errorWhere(isBusy).not(), returned: 1, is: 'success' },
  { says: 'not of results', of: (c) => c.resultWhere(is500).not(), returned: 500, is: 'success' },
  { says: 'not of results', of: (c) => c.resultWhere(is500).not(), returned: 200, is: 'failure' },
  { says: 'not of results', of: (c) => c.resultWhere(is500).not(), thrown: 500, is: 'success' },
  { says: 'not of both', of: (c) => mixed(c).not(), thrown: range, is: 'failure' },
  { says: 'not of both', of: (c) => mixed(c).not(), returned: 500, is: 'success' },
  {
    says: 'not of not',
    of: (c) => c.errorWhere(isBusy).not().not(),
    thrown: 'busy',
    is: 'failure',
  },
  { says: 'and of and', of: (c) => twoErrors(c).and(c.anyError()), thrown: 'busy', is: 'failure' },
]

const show = (value: unknown) => (value instanceof Error ? value.constructor.name : String(value))
const end = (row: Row) =>
  'returned' in row ? `returned ${show(row.returned)}` : `thrown ${show(row.thrown)}`

const outcomes = table(
  '2. Trackers',
  [...errorRows, ...composedRows],
  (row) => `${row.says}: ${end(row)} is ${row.is}`,
  (row, subject) => {
    const rig = new SubjectRig(subject, { tracker: row.of(subject.core) })
    const call = () =>
      rig.breaker.callSync(() => {
        if ('returned' in row) return row.returned
        throw row.thrown
      })
    if ('returned' in row) assert.strictEqual(call(), row.returned)
    else assert.strictEqual(thrown(call), row.thrown)
    assert.deepEqual(rig.outcomes, [row.is])
    const recorded = { success: '1/0', failure: '1/1' }
    assert.strictEqual(rig.recorded, recorded[row.is])
  },
)

/** The outcome of a call that another circuit rejects. */
function ofRejection(subject: Subject, tracker: Tracker, made = subject.core): string | undefined {
  const rig = new SubjectRig(subject, { tracker })
  const inner = new made.CircuitBreaker({ name: 'inner' })
  inner.forceOpen()
  thrown(() => rig.breaker.callSync(() => inner.callSync(() => 1)))
  return rig.outcomes[0]
}

const rejectionCases = cases('2. Trackers', {
  'a rejection by another breaker is ignored, so that nested breakers do not cascade': (
    subject,
  ) => {
    const { core } = subject
    for (const tracker of [
      core.anyError(),
      core.errorType(Error),
      core.errorWhere(() => true),
      core.errorWhere(() => false).not(),
      core.anyError().or(core.resultWhere(is500)),
      core.anyError().and(core.errorType(Error)),
    ]) {
      assert.strictEqual(ofRejection(subject, tracker), 'ignored', JSON.stringify(tracker))
    }
  },
  'errorType() throws when it can only match rejections, which are always ignored': ({ core }) => {
    const make = () => core.errorType(core.CallNotPermittedError)
    assert.throws(make, TypeError, 'errorType: class must be another class')
    assert.throws(make, TypeError, 'got function CallNotPermittedError')
    assert.doesNotThrow(() => core.errorType(TypeError, core.CallNotPermittedError))
  },
  'a rejection by a breaker of another copy of the package is ignored': (subject) => {
    const { core, copy } = subject
    assert.strictEqual(ofRejection(subject, core.anyError(), copy.core), 'ignored')
    assert.strictEqual(ofRejection(subject, core.errorType(Error), copy.core), 'ignored')
  },
  'errorType() matches the errors of another copy of the package': (subject) => {
    const { core, copy } = subject
    class Own extends core.TimeoutError {}
    const timeout = new copy.core.TimeoutError('inner', 5)
    for (const [tracker, recorded] of [
      [core.errorType(core.TimeoutError), '1/1'],
      [core.errorType(core.TimeoutError).not(), '1/0'],
      [core.errorType(Own), '1/0'],
      [core.errorType(TypeError), '1/0'],
    ] as const) {
      const rig = new SubjectRig(subject, { tracker })
      rig.fail(1, timeout)
      assert.strictEqual(rig.recorded, recorded, JSON.stringify(tracker))
    }
  },
  'and() of an error tracker and a result tracker throws, because it could never match': ({
    core,
  }) => {
    const error = thrown(() => core.anyError().and(core.resultWhere(is500)))
    assert.instanceOf(error, TypeError)
    assert.include(String(error), 'anyError')
    assert.include(String(error), 'resultWhere')
  },
  'errorType() without a class throws': ({ core }) => {
    assert.throws(
      () => core.errorType(),
      TypeError,
      'errorType: classes must be one or more, got []',
    )
  },
})

export const trackerCases: readonly ConformanceCase[] = [...outcomes, ...rejectionCases]
