import type { Tracker } from '@fluxgate/core'
import { SubjectRig } from '@fluxgate/testkit/subject-rig'
import { assert } from 'chai'
import { cases } from '../conformance-case.ts'
import type { Subject } from '../subject.ts'

const named = (name: string) => Object.assign(new Error('left'), { name })

/** The outcome of a call that throws `error`. */
function outcomeOf(subject: Subject, error: unknown, ignore?: Tracker | false): string | undefined {
  const rig = new SubjectRig(subject, { tracker: subject.core.anyError(), ignore })
  rig.fail(1, error)
  assert.strictEqual(rig.recorded, rig.outcomes[0] === 'ignored' ? '0/0' : '1/1')
  return rig.outcomes[0]
}

export const ignoredOutcomeCases = cases('2. Ignored outcomes', {
  'an AbortError is ignored by default, also a DOMException': (s) => {
    assert.strictEqual(outcomeOf(s, named('AbortError')), 'ignored')
    assert.strictEqual(outcomeOf(s, new DOMException('left', 'AbortError')), 'ignored')
    assert.strictEqual(outcomeOf(s, named('TimeoutError')), 'failure')
  },
  'the option ignore replaces the default, and false ignores no outcome': (s) => {
    const ignore = s.core.errorNamed('CanceledError', 'CancelError')
    assert.strictEqual(outcomeOf(s, named('CanceledError'), ignore), 'ignored')
    assert.strictEqual(outcomeOf(s, named('CancelError'), ignore), 'ignored')
    assert.strictEqual(outcomeOf(s, named('AbortError'), ignore), 'failure')
    assert.strictEqual(outcomeOf(s, named('AbortError'), false), 'failure')
  },
  'the option ignore decides before the tracker, also for results': (s) => {
    const tracker = s.core.resultWhere((value) => value !== 'ok')
    const ignore = s.core.resultWhere((value) => value === 'skip')
    const rig = new SubjectRig(s, { tracker, ignore })
    for (const value of ['ok', 'skip', 'bad']) rig.breaker.acquire().success(value)
    assert.deepEqual(rig.outcomes, ['success', 'ignored', 'failure'])
    assert.strictEqual(rig.recorded, '2/1')
  },
  'an option ignore that throws ignores no outcome, and is reported': (s) => {
    const broken = new Error('policy')
    const ignore = s.core.errorWhere(() => {
      throw broken
    })
    const rig = new SubjectRig(s, { ignore })
    rig.fail()
    assert.deepEqual(rig.outcomes, ['failure'])
    assert.deepEqual(rig.errors, [{ error: broken, source: 'tracker', circuitName: 'payments' }])
  },
  'errorNamed() compares the name of an error exactly': ({ core }) => {
    const { failsOnError, failsOnResult } = core.errorNamed('AbortError')
    assert.isTrue(failsOnError?.({ name: 'AbortError' }))
    for (const error of [named('AbortErrors'), named(''), 'AbortError', null, undefined, 5]) {
      assert.isFalse(failsOnError?.(error))
    }
    assert.isUndefined(failsOnResult)
  },
  'errorNamed() without a name throws': ({ core }) => {
    assert.throws(() => core.errorNamed(), TypeError, 'names must be one or more, got []')
  },
})
