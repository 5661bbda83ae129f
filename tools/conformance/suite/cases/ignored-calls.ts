import { SubjectRig } from '@fluxgate/testkit/subject-rig'
import { rejection, thrown } from '@fluxgate/testkit/thrown'
import { assert } from 'chai'
import { cases } from '../conformance-case.ts'

const abortError = () => Object.assign(new Error('gone'), { name: 'AbortError' })

/** Calls that end in an AbortError although they have no signal. */
function abort({ breaker }: SubjectRig, calls: number): void {
  const fn = () => {
    throw abortError()
  }
  for (let i = 0; i < calls; i++) thrown(() => breaker.callSync(fn))
}

const ignoredIn = ({ breaker }: SubjectRig) => breaker.snapshot().metrics.ignored

export const ignoredCallCases = cases('2. Ignored calls', {
  'the option ignore is evaluated before the tracker, for errors and for results': (s) => {
    const { core } = s
    const rig = new SubjectRig(s, {
      tracker: core.anyError().or(core.resultWhere(() => true)),
      ignore: core.errorType(TypeError).or(core.resultWhere((value) => value === 204)),
    })
    rig.fail(1, new TypeError('ignored'))
    rig.breaker.acquire().success(204)
    rig.breaker.acquire().success(200)
    rig.fail(1, new Error('down'))
    assert.deepEqual(rig.outcomes, ['ignored', 'ignored', 'failure', 'failure'])
    assert.strictEqual(rig.recorded, '2/2')
  },
  'an AbortError is ignored by default, and counts with ignore: false': (s) => {
    const rig = new SubjectRig(s)
    rig.fail(1, abortError())
    const counting = new SubjectRig(s, { ignore: false })
    counting.fail(1, abortError())
    assert.deepEqual([...rig.outcomes, ...counting.outcomes], ['ignored', 'failure'])
  },
  'rejections and requests that were never sent are ignored whatever the options': (s) => {
    const rig = new SubjectRig(s, { tracker: s.core.anyError(), ignore: false })
    const other = new SubjectRig(s).enter('forced_open')
    const refused = thrown(() => other.breaker.acquire())
    const neverSent = Object.assign(new Error('no'), { [Symbol.for('fluxgate.notSent')]: true })
    rig.fail(1, refused)
    rig.fail(1, new Error('wrapped', { cause: refused }))
    rig.fail(1, neverSent)
    assert.deepEqual(rig.outcomes, ['ignored', 'ignored', 'ignored'])
  },
  'Metrics.ignored counts ignored calls and released tickets of the epoch': (s) => {
    for (const state of ['closed', 'half_open', 'metrics_only'] as const) {
      const rig = new SubjectRig(s, { window: s.core.timeWindow(100) }).enter(state)
      const before = ignoredIn(rig)
      rig.fail(2, abortError())
      rig.breaker.acquire().release()
      rig.clock.advance(5_000) // ignored calls do not leave the window
      assert.strictEqual(ignoredIn(rig), before + 3, state)
      rig.breaker.forceOpen()
      assert.strictEqual(rig.signals[0]?.metrics.ignored, before + 3)
      assert.strictEqual(ignoredIn(rig), 0)
    }
  },
  'Metrics.ignored leaves out aborted, rejected and stale calls, and calls in disabled': async (
    s,
  ) => {
    const rig = new SubjectRig(s)
    const controller = new AbortController()
    const { signal } = controller
    const call = rig.breaker.call(() => new Promise(() => {}), { signal })
    controller.abort()
    await rejection(call)
    const stale = rig.breaker.acquire()
    rig.breaker.reset()
    stale.release()
    assert.strictEqual(ignoredIn(rig), 0)
    rig.enter('disabled').fail(3, abortError())
    assert.strictEqual(ignoredIn(rig), 0)
  },
  'a rule sees the ignored calls': (s) => {
    const tripper = s.core.tripWhen('mostly ignored', ({ ignored, total }) => ignored > 2 * total)
    const rig = new SubjectRig(s, { tripper })
    rig.fail(3, abortError())
    rig.succeed()
    assert.strictEqual(rig.state, 'open')
  },
  '20 ignored AbortErrors in a row are reported once': (s) => {
    const rig = new SubjectRig(s)
    abort(rig, 19)
    assert.deepEqual(rig.errors, [])
    abort(rig, 1)
    assert.lengthOf(rig.errors, 1)
    assert.strictEqual(rig.errors[0]?.source, 'tracker')
    const { message } = Object(rig.errors[0]?.error) as Error
    for (const part of ['timeoutMs', 'AbortSignal.timeout()', 'ignore: false']) {
      assert.include(message, part)
    }
    abort(rig, 100)
    rig.succeed()
    abort(rig, 100)
    assert.lengthOf(rig.errors, 1)
  },
  'a recorded call ends the row of AbortErrors': (s) => {
    const rig = new SubjectRig(s)
    for (let i = 0; i < 5; i++) {
      abort(rig, 19)
      if (i % 2 === 0) rig.succeed()
      else rig.fail()
    }
    assert.deepEqual(rig.errors, [])
  },
  'AbortErrors of calls with a signal of their own are not reported': async (s) => {
    const rig = new SubjectRig(s)
    for (let i = 0; i < 30; i++) {
      const { signal } = new AbortController()
      await rejection(rig.breaker.call(() => Promise.reject(abortError()), { signal }))
    }
    assert.deepEqual(rig.errors, [])
    for (let i = 0; i < 20; i++) {
      await rejection(rig.breaker.call(() => Promise.reject(abortError())))
    }
    assert.lengthOf(rig.errors, 1)
  },
  'AbortErrors of tickets are not reported, because their work may have a signal': (s) => {
    const rig = new SubjectRig(s)
    rig.fail(30, abortError())
    assert.deepEqual(rig.errors, [])
  },
  'other ignored errors are not reported': (s) => {
    const rig = new SubjectRig(s, { ignore: s.core.anyError() })
    rig.fail(30, new Error('ignored'))
    for (let i = 0; i < 30; i++) rig.breaker.acquire().release()
    assert.deepEqual(rig.errors, [])
  },
})
