import type { CallNotPermittedError } from '@fluxgate/core'
import { COOLDOWN_MS, SubjectRig } from '@fluxgate/testkit/subject-rig'
import { rejection, thrown } from '@fluxgate/testkit/thrown'
import { assert } from 'chai'
import { cases } from '../conformance-case.ts'

const rejected = (rig: SubjectRig) => thrown(() => rig.breaker.acquire()) as CallNotPermittedError

class Bare extends Error {}
const raise = (error: Error) => {
  throw error
}

/** A rejection as an error: what servers, logs and frameworks make of it. */
export const rejectionErrorCases = cases('4. Rejection', {
  'a rejection captures a stack only with captureStack': async ({ core }) => {
    const engine = Error as ErrorConstructor & { stackTraceLimit?: number }
    const limit = engine.stackTraceLimit
    if (limit === undefined) return // an engine that cannot leave out stacks
    const linesOf = (error: unknown) => (error as Error).stack?.split('\n').length ?? 0
    const rejected = async (captureStack: boolean) => {
      const breaker = new core.CircuitBreaker({ name: 'x', captureStack })
      breaker.forceOpen()
      const [call] = await Promise.allSettled([breaker.call(() => 1)])
      const byCall = call.status === 'rejected' && linesOf(call.reason)
      return { byCall, byAcquire: linesOf(thrown(() => breaker.acquire())) }
    }
    const [cheap, dear] = [await rejected(false), await rejected(true)]
    assert.isAbove(Number(dear.byCall), 1)
    assert.isAbove(dear.byAcquire, 1)
    assert.strictEqual(engine.stackTraceLimit, limit)

    // what the engine itself can leave out: JavaScriptCore ignores the limit in hot code
    const bare = () => {
      engine.stackTraceLimit = 0
      const error = new Bare()
      engine.stackTraceLimit = limit
      return error
    }
    for (let i = 0; i < 5_000; i++) bare()
    const [returned, raised] = [bare(), bare()]
    if (linesOf(returned) <= 1) assert.isAtMost(Number(cheap.byCall), 1, 'by call()')
    if (linesOf(thrown(() => raise(raised))) <= 1) {
      assert.isAtMost(cheap.byAcquire, 1, 'by acquire()')
    }
  },
  'servers answer a rejection with 503 and Retry-After': (s) => {
    const rig = new SubjectRig(s).enter('open')
    const { code, status, expose, headers } = rejected(rig)
    assert.deepEqual([code, status, expose], ['ERR_CIRCUIT_OPEN', 503, false])
    assert.deepEqual(headers, { 'Retry-After': '1' })
    assert.deepEqual(rejected(rig.enter('forced_open')).headers, {})
  },
  'frameworks can assign to the members of a rejection': (s) => {
    const error = rejected(new SubjectRig(s).enter('open'))
    const assigned = {
      name: 'Renamed',
      message: 'other',
      stack: 'none',
      code: 'E_OTHER',
      status: 500,
      expose: true,
      headers: {},
      digest: '123',
    }
    Object.assign(error, assigned)
    for (const [key, value] of Object.entries(assigned)) {
      assert.strictEqual(Reflect.get(error, key), value)
    }
    assert.strictEqual(error.circuitName, 'payments')
  },
  'the digest has a hash of the name and the retry time, and no name': (s) => {
    const rig = new SubjectRig(s, { name: 'foobar' }).enter('open')
    const { digest, retryAt } = rejected(rig)
    assert.strictEqual(digest, `FLUXGATE_REJECTED;bf9cf968;${retryAt}`)
    assert.match(rejected(rig.enter('forced_open')).digest, /^FLUXGATE_REJECTED;bf9cf968;$/)
  },
  'the cause shows neither the request nor the path of a URL': (s) => {
    const error = Object.assign(
      new TypeError(
        `${'GET https://bob:pw@api.example/bot1:SECRET/me?token=x failed'.padEnd(300, '.')}`,
      ),
      { code: 'ECONNRESET', status: 502, config: { data: 'card 4111' } },
    )
    const rig = new SubjectRig(s, { tripper: s.core.failureStreak(1) })
    rig.fail(1, error)
    const { cause } = rejected(rig)
    assert.deepEqual(Object.keys(cause ?? {}), ['name', 'message', 'code', 'status'])
    assert.match(String(cause?.message), /^GET https:\/\/api\.example failed\.+$/)
    assert.isAtMost(String(cause?.message).length, 200)
    assert.strictEqual(rejected(rig).cause, cause)
  },
  'findRejection() finds a rejection behind wrapping errors': (s) => {
    const own = rejected(new SubjectRig(s).enter('forced_open'))
    const wrapped = new Error('wrapped', { cause: new Error('twice', { cause: own }) })
    const all = new AggregateError([own, wrapped])
    for (const error of [own, wrapped, all]) {
      assert.strictEqual(s.core.findRejection(error), own)
      assert.isTrue(s.core.isCallNotPermitted(error))
      assert.strictEqual(s.copy.core.findRejection(error), own)
    }
    const mixed = new AggregateError([own, new Error('down')])
    for (const error of [mixed, new AggregateError([]), new Error('x'), undefined]) {
      assert.isUndefined(s.core.findRejection(error))
    }
  },
  'a wrapped rejection is ignored by every breaker': async (s) => {
    const rig = new SubjectRig(s, { tripper: s.core.failureStreak(1) })
    const inner = new SubjectRig(s).enter('forced_open').breaker
    const call = () => rig.breaker.call(() => Promise.any([inner.call(() => 1)]))
    assert.instanceOf(await rejection(call()), AggregateError)
    assert.strictEqual(rig.state, 'closed')
    assert.deepEqual(rig.outcomes, ['ignored'])
  },
  'isCallNotPermitted() is true for rejections, also of another copy of the package': (s) => {
    const own = rejected(new SubjectRig(s).enter('forced_open'))
    const foreign = rejected(new SubjectRig({ ...s, core: s.copy.core }).enter('forced_open'))
    assert.isTrue(s.core.isCallNotPermitted(own))
    assert.isTrue(s.core.isCallNotPermitted(foreign))
    assert.isTrue(s.copy.core.isCallNotPermitted(own))
    assert.notInstanceOf(foreign, s.core.CallNotPermittedError)
  },
  'isCallNotPermitted() is false for other values, and never throws': ({ core }) => {
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    const named = Object.assign(new Error('x'), { name: 'CallNotPermittedError' })
    for (const value of [
      undefined,
      null,
      0,
      'CallNotPermittedError',
      {},
      new Error(),
      named,
      proxy,
    ]) {
      assert.isFalse(core.isCallNotPermitted(value))
    }
  },
  'the message of a rejection names the circuit, its state and the wait': (s) => {
    const rig = new SubjectRig(s, { probes: 1 })
    rig.fail(3)
    rig.clock.advance(COOLDOWN_MS / 4)
    const open = rejected(rig)
    assert.strictEqual(
      String(open),
      'CallNotPermittedError: circuit "payments" is open, the call was not sent; retry in 750 ms',
    )
    rig.clock.advance(COOLDOWN_MS)
    rig.breaker.acquire()
    assert.strictEqual(
      rejected(rig).message,
      'circuit "payments" is half_open, the call was not sent',
    )
  },
  'the JSON of a rejection does not contain its cause': (s) => {
    const rig = new SubjectRig(s)
    const request: Record<string, unknown> = { authorization: 'secret' }
    request['agent'] = request // JSON.stringify would throw
    rig.fail(3, Object.assign(new Error('down'), { request }))
    assert.deepEqual(JSON.parse(JSON.stringify(rejected(rig))), {
      circuitName: 'payments',
      state: 'open',
      reason: rig.signals[0]?.reason,
      retryAt: rig.clock.timestamp() + COOLDOWN_MS,
      retryAfterMs: COOLDOWN_MS,
    })
    const forced = rejected(new SubjectRig(s).enter('forced_open'))
    assert.deepEqual<object>(
      { ...forced },
      {
        circuitName: 'payments',
        state: 'forced_open',
        reason: 'forced open manually',
      },
    )
  },
})
