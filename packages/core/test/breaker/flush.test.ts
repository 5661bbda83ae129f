import { Deferred } from '@fluxgate/testkit/deferred'
import { microtasks } from '@fluxgate/testkit/microtasks'
import { Rig } from '@fluxgate/testkit/rig'
import { describe, expect, test } from 'vitest'
import { CircuitBreaker, type Signal } from '../../src/index.ts'

/** A listener whose every promise is settled by hand. */
class SlowListener {
  readonly seen: string[] = []
  readonly turns: Deferred[] = []
  onSignal({ newState }: Signal): Promise<void> {
    this.seen.push(newState)
    const turn = new Deferred()
    this.turns.push(turn)
    return turn.promise
  }
  /** Ends the turn it is at; the next signal may come. */
  async end(how: 'resolve' | 'reject' = 'resolve'): Promise<void> {
    this.turns.at(-1)?.[how](undefined)
    await microtasks()
  }
}

const isDone = async (promise: Promise<unknown>) => {
  let done = false
  void promise.then(() => {
    done = true
  })
  await microtasks()
  return done
}

describe('a listener whose promise is pending', () => {
  test('does not hold up the call', async () => {
    const slow = new SlowListener()
    const rig = new Rig({ listeners: [slow] })
    rig.fail(2)
    await expect(rig.breaker.call(() => Promise.reject('down'))).rejects.toBe('down')
    expect(rig.breaker.state).toBe('open')
    expect(slow.seen).toEqual(['open'])
  })

  test('gets its next signal when that has settled, one by one, in order', async () => {
    const slow = new SlowListener()
    const { breaker } = new Rig({ listeners: [slow] })
    breaker.disable()
    breaker.forceOpen()
    breaker.reset()
    await microtasks()
    expect(slow.seen).toEqual(['disabled'])
    await slow.end()
    expect(slow.seen).toEqual(['disabled', 'forced_open'])
    breaker.metricsOnly()
    await slow.end()
    expect(slow.seen).toEqual(['disabled', 'forced_open', 'closed'])
    await slow.end()
    expect(slow.seen).toEqual(['disabled', 'forced_open', 'closed', 'metrics_only'])
  })

  test('a rejection is told, and the next signal comes all the same', async () => {
    const slow = new SlowListener()
    const rig = new Rig({ listeners: [slow] })
    rig.breaker.disable()
    rig.breaker.reset()
    await slow.end('reject')
    expect(slow.seen).toEqual(['disabled', 'closed'])
    expect(rig.errors).toEqual([{ error: undefined, source: 'listener', circuitName: 'payments' }])
  })

  test('the others do not wait for it', () => {
    const slow = new SlowListener()
    const rig = new Rig({ listeners: [slow] })
    const seen: string[] = []
    rig.breaker.subscribe(({ newState }) => void seen.push(newState))
    rig.breaker.disable()
    rig.breaker.reset()
    expect(slow.seen).toEqual(['disabled'])
    expect(seen).toEqual(['disabled', 'closed'])
    expect(rig.transitions).toEqual(['closed>disabled', 'disabled>closed'])
  })

  test('is told at once again when nothing is pending any more', async () => {
    const slow = new SlowListener()
    const { breaker } = new Rig({ listeners: [slow] })
    breaker.disable()
    await slow.end()
    breaker.reset()
    expect(slow.seen).toEqual(['disabled', 'closed'])
  })

  test('a listener that hangs for good does no harm', async () => {
    const rig = new Rig({ listeners: [() => new Promise(() => {})] })
    for (let i = 0; i < 100; i++) {
      rig.breaker.disable()
      rig.breaker.reset()
    }
    expect(await rig.breaker.call(() => 'value')).toBe('value')
    expect(rig.signals).toHaveLength(200)
    expect(rig.errors).toEqual([])
  })
})

describe('at most 1,000 signals wait', () => {
  test('beyond that the oldest are dropped, and onError is told each time', async () => {
    const slow = new SlowListener()
    const rig = new Rig({ listeners: [slow] })
    const { breaker } = rig
    breaker.forceOpen()
    const moves = ['disabled', 'closed']
    for (let i = 0; i < 1_000; i++) breaker[i % 2 === 0 ? 'disable' : 'reset']()
    expect(rig.errors).toEqual([])
    breaker.metricsOnly()
    breaker.trip()
    expect(rig.errors).toHaveLength(2)
    for (const { error, source } of rig.errors) {
      expect(source).toBe('listener')
      expect(String(error)).toMatch(/1000 signals behind.*dropped/)
    }

    for (let i = 0; i < 1_001; i++) await slow.end()
    const kept = Array.from({ length: 998 }, (_, i) => moves[i % 2])
    expect(slow.seen).toEqual(['forced_open', ...kept, 'metrics_only', 'open'])
    expect(rig.signals).toHaveLength(1_003) // the other listener has missed none
  })
})

describe('flush', () => {
  test('resolves at once when nothing is pending', async () => {
    const { breaker } = new Rig()
    expect(await isDone(breaker.flush())).toBe(true)
    breaker.disable()
    expect(await isDone(breaker.flush())).toBe(true)
  })

  test('resolves when all are done, waiting signals too', async () => {
    const one = new SlowListener()
    const two = new SlowListener()
    const { breaker } = new Rig({ listeners: [one, two] })
    breaker.disable()
    breaker.reset()
    const flushed = breaker.flush()
    await one.end()
    await one.end()
    await two.end()
    expect(await isDone(flushed)).toBe(false)
    await two.end()
    expect(await isDone(flushed)).toBe(true)
    expect(two.seen).toEqual(['disabled', 'closed'])
  })

  test('waits for what is signalled while it waits', async () => {
    const slow = new SlowListener()
    const { breaker } = new Rig({ listeners: [slow] })
    breaker.disable()
    const flushed = breaker.flush()
    breaker.reset()
    await slow.end()
    expect(await isDone(flushed)).toBe(false)
    await slow.end()
    expect(await isDone(flushed)).toBe(true)
  })

  test('waits for a listener that became busy while it waited for another', async () => {
    const one = new SlowListener()
    const two = new SlowListener()
    const { breaker } = new Rig()
    const leave = breaker.subscribe(one)
    breaker.disable()
    const flushed = breaker.flush()
    leave()
    breaker.subscribe(two)
    breaker.reset()
    await one.end()
    expect(await isDone(flushed)).toBe(false)
    await two.end()
    expect(await isDone(flushed)).toBe(true)
  })

  test('does not reject when a listener does', async () => {
    const rig = new Rig({ listeners: [() => Promise.reject(new Error('oops'))] })
    rig.breaker.disable()
    await expect(rig.breaker.flush()).resolves.toBeUndefined()
    expect(rig.errors).toHaveLength(1)
  })

  test('waits for a listener that has left: what it was given still reaches it', async () => {
    const slow = new SlowListener()
    const { breaker } = new Rig()
    const leave = breaker.subscribe(slow)
    breaker.disable()
    breaker.reset()
    leave()
    breaker.disable()
    const flushed = breaker.flush()
    await slow.end()
    expect(await isDone(flushed)).toBe(false)
    await slow.end()
    expect(await isDone(flushed)).toBe(true)
    expect(slow.seen).toEqual(['disabled', 'closed'])
  })
})

test('without a listener there is nothing to wait for', async () => {
  await expect(new CircuitBreaker({ name: 'payments' }).flush()).resolves.toBeUndefined()
})
