import { sleep } from '@fluxgate/testkit/sleep'
import { assert } from 'chai'
import { cases } from '../conformance-case.ts'

export const viewCases = cases('8. watchCircuit', {
  'the snapshot of a watch is the same object until something changes': ({ core, view }) => {
    const breaker = new core.CircuitBreaker({ name: 'x' })
    const { getSnapshot } = view.watchCircuit(breaker)
    const before = getSnapshot()
    assert.deepEqual(before, breaker.snapshot())
    breaker.callSync(() => 1)
    assert.strictEqual(getSnapshot(), before)
    breaker.trip()
    assert.strictEqual(getSnapshot().state, 'open')
    assert.strictEqual(view.watchCircuit(breaker).getSnapshot(), getSnapshot())
  },
  'a watch calls back after each transition until it is unsubscribed': ({ core, view }) => {
    const breaker = new core.CircuitBreaker({ name: 'x' })
    const { getSnapshot, subscribe } = view.watchCircuit(breaker)
    const states: string[] = []
    const unsubscribe = subscribe(() => void states.push(getSnapshot().state))
    breaker.callSync(() => 1)
    breaker.trip()
    breaker.halfOpen()
    unsubscribe()
    breaker.reset()
    assert.deepEqual(states, ['open', 'half_open'])
  },
  'a watch calls back when the retry time has passed, without a call': async ({ core, view }) => {
    const breaker = new core.CircuitBreaker({ name: 'x' })
    const { getSnapshot, subscribe } = view.watchCircuit(breaker)
    const permitted = new Promise<string>((resolve) => {
      const unsubscribe = subscribe(() => {
        if (!getSnapshot().permitted) return
        unsubscribe()
        resolve(getSnapshot().state)
      })
    })
    breaker.trip({ forMs: 30 })
    assert.strictEqual(await permitted, 'open')
  },
  'a watch with metrics calls back when the window has changed': async ({ core, view }) => {
    const breaker = new core.CircuitBreaker({ name: 'x' })
    const { getSnapshot, subscribe } = view.watchCircuit(breaker, { metrics: 20 })
    const totals: number[] = []
    const unsubscribe = subscribe(() => void totals.push(getSnapshot().metrics.total))
    for (let i = 0; i < 10; i++) breaker.callSync(() => i)
    assert.deepEqual(totals, [])
    while (totals.length === 0) await sleep(5)
    unsubscribe()
    assert.deepEqual(totals, [10])
  },
})
