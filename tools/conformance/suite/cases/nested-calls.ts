import { SubjectRig } from '@fluxgate/testkit/subject-rig'
import { rejection } from '@fluxgate/testkit/thrown'
import { assert } from 'chai'
import { type ConformanceCase, cases, table } from '../conformance-case.ts'
import type { Subject } from '../subject.ts'

type Wrapping = (error: unknown) => unknown

/** What a client does with an error before it throws it again. */
const wrappings: Record<string, Wrapping> = {
  'rethrows errors': (error) => error,
  'wraps errors': (cause) => new Error('request failed', { cause }),
  'wraps errors twice': (cause) => new Error('outer', { cause: new Error('inner', { cause }) }),
  'collects errors': (error) => new AggregateError([error]),
}

/** A call that contains `depth - 1` other calls through the same circuit. */
function nested(rig: SubjectRig, depth: number, service: () => Promise<unknown>, wrap: Wrapping) {
  const at = (level: number): Promise<unknown> =>
    rig.breaker.call(async () => {
      if (level === depth) return service()
      try {
        return await at(level + 1)
      } catch (error) {
        throw wrap(error)
      }
    })
  return at(1)
}

const rows = [1, 2, 3, 5].flatMap((depth) =>
  [1, 2, 3, 7].flatMap((probes) =>
    Object.entries(wrappings).map(([says, wrap]) => ({ depth, probes, says, wrap })),
  ),
)

const recovery = table(
  '3. Nested calls',
  rows,
  ({ depth, probes, says }) =>
    `calls nested ${depth} deep close a circuit of ${probes} probes, when the client ${says}`,
  async ({ depth, probes, wrap }, s) => {
    const rig = new SubjectRig(s, { probes }).enter('half_open')
    for (let i = 0; i < depth * probes + depth; i++) {
      if (rig.state === 'closed') break
      await nested(rig, depth, async () => 'up', wrap).catch(() => {})
      rig.clock.advance(1)
    }
    assert.strictEqual(rig.state, 'closed')
    assert.deepEqual(rig.transitions, ['half_open>closed'])
    assert.strictEqual(rig.breaker.inFlight, 0)
  },
)

function halfOpen(s: Subject, probes: number): SubjectRig {
  return new SubjectRig(s, { probes, tripper: s.core.failureStreak(99) }).enter('half_open')
}

const budget = cases('3. Nested calls', {
  'a probe that ends in a rejection of its circuit is ignored and adds a slot': async (s) => {
    const rig = halfOpen(s, 1)
    const error = await rejection(rig.breaker.call(() => rig.breaker.call(() => 'up')))
    assert.instanceOf(error, s.core.CallNotPermittedError)
    assert.deepEqual(rig.outcomes, ['rejected', 'ignored'])
    assert.strictEqual(rig.recorded, '0/0')
    assert.isDefined(rig.breaker.tryAcquire())
    assert.isDefined(rig.breaker.tryAcquire())
    assert.isUndefined(rig.breaker.tryAcquire())
  },
  'a probe admitted before the last growth adds no slot': async (s) => {
    const rig = halfOpen(s, 2)
    const outer = [rig.breaker.acquire(), rig.breaker.acquire()]
    const inner = await rejection(rig.breaker.call(() => 'up'))
    for (const ticket of outer) ticket.failure(inner)
    const admitted = [1, 2, 3, 4].filter(() => rig.breaker.tryAcquire() !== undefined)
    assert.lengthOf(admitted, 3)
  },
  'a probe admitted after the last growth adds another slot': async (s) => {
    const rig = halfOpen(s, 1)
    for (let slots = 1; slots < 6; slots++) {
      const held = Array.from({ length: slots }, () => rig.breaker.acquire())
      const inner = await rejection(rig.breaker.call(() => 'up'))
      for (const ticket of held) ticket.failure(inner)
    }
    const admitted = Array.from({ length: 20 }, () => rig.breaker.tryAcquire()).filter(Boolean)
    assert.lengthOf(admitted, 6)
  },
  'rejections of another circuit and of an earlier epoch add no slot': async (s) => {
    const rig = halfOpen(s, 1)
    const other = new SubjectRig(s).enter('forced_open')
    const earlier = await rejection(rig.breaker.call(() => rig.breaker.call(() => 'up')))
    rig.enter('half_open')
    const foreign = await rejection(other.breaker.call(() => 'up'))
    for (const error of [foreign, earlier, foreign, earlier]) {
      rig.breaker.acquire().failure(error)
      assert.strictEqual(rig.recorded, '0/0')
      const slot = rig.breaker.acquire()
      assert.isUndefined(rig.breaker.tryAcquire())
      slot.release()
    }
  },
  'the next half_open starts with the option probes again': async (s) => {
    const rig = halfOpen(s, 1)
    await rejection(rig.breaker.call(() => rig.breaker.call(() => 'up')))
    rig.enter('half_open')
    assert.isDefined(rig.breaker.tryAcquire())
    assert.isUndefined(rig.breaker.tryAcquire())
  },
  'snapshot().permitted follows the grown budget': async (s) => {
    const rig = halfOpen(s, 1)
    await rejection(rig.breaker.call(() => rig.breaker.call(() => 'up')))
    rig.breaker.acquire()
    assert.isTrue(rig.breaker.snapshot().permitted)
    rig.breaker.acquire()
    assert.isFalse(rig.breaker.snapshot().permitted)
  },
  '200 concurrent callers of nested calls send 3 calls to a service that is down': async (s) => {
    const rig = new SubjectRig(s).enter('half_open')
    let sent = 0
    const service = async () => {
      sent++
      await ticks(10)
      throw new Error('down')
    }
    const outer = () =>
      rig.breaker.call(async () => {
        await ticks(3)
        return rig.breaker.call(service)
      })
    const caller = async (i: number) => {
      for (let n = 0; n < 1_000 && rig.state === 'half_open'; n++) {
        await outer().catch(() => {})
        await ticks(1 + (i % 7))
      }
    }
    await Promise.all(Array.from({ length: 200 }, (_, i) => caller(i)))
    assert.strictEqual(rig.state, 'open')
    assert.isAtMost(sent, 3)
  },
})

async function ticks(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await Promise.resolve()
}

export const nestedCallCases: readonly ConformanceCase[] = [...recovery, ...budget]
