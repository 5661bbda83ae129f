import { Deferred } from '@fluxgate/testkit/deferred'
import { microtasks } from '@fluxgate/testkit/microtasks'
import { COOLDOWN_MS, Rig, states } from '@fluxgate/testkit/rig'
import { describe, expect, test } from 'vitest'
import type { CallEvent, Listener, Signal } from '../../src/index.ts'

// What one listener does wrong is proved beside circuit-breaker.ts; here they do it together.

const move = ({ oldState, newState }: Signal) => `${oldState}>${newState}`

/** Three that only listen, between all the others. */
function crowd(unruly: readonly Listener[]) {
  const seen: string[][] = [[], [], []]
  const [first, between, last] = seen.map((moves) => (signal: Signal) => {
    moves.push(move(signal))
  }) as [Listener, Listener, Listener]
  const half = Math.ceil(unruly.length / 2)
  const listeners = [first, ...unruly.slice(0, half), between, ...unruly.slice(half), last]
  return { seen, listeners }
}

test('throwing, hanging, rejecting, odd ones together: nobody misses a signal or a call', async () => {
  const oops = () => {
    throw new Error('oops')
  }
  const calls: CallEvent['outcome'][] = []
  const { seen, listeners } = crowd([
    oops,
    { onCall: oops, onSignal: oops },
    () => new Promise<void>(() => {}),
    () => Promise.reject(new Error('later')),
    { onAttach: oops },
    // biome-ignore lint/suspicious/noThenProperty: to have one is its whole point
    () => ({ then: oops }) as never,
    { onCall: ({ outcome }) => void calls.push(outcome) },
  ])
  const rig = new Rig({ listeners, probes: 1 })
  for (let round = 0; round < 5; round++) {
    rig.fail(3)
    expect(rig.admits()).toBe(false)
    rig.clock.advance(COOLDOWN_MS)
    rig.succeed()
  }
  await microtasks()
  expect(rig.transitions).toHaveLength(15)
  for (const moves of seen) expect(moves).toEqual(rig.transitions)
  const round = ['failure', 'failure', 'failure', 'rejected', 'success']
  expect(calls).toEqual(Array(5).fill(round).flat())
})

describe('a listener that moves the circuit', () => {
  test.each(states)('out of every state it comes to but %s: all see all, in order', (home) => {
    const { seen, listeners } = crowd([
      ({ newState }) => {
        if (newState === home) return
        if (home === 'closed') rig.breaker.reset()
        if (home === 'open' || home === 'half_open') rig.breaker.trip()
        if (home === 'metrics_only') rig.breaker.metricsOnly()
        if (home === 'disabled') rig.breaker.disable()
        if (home === 'forced_open') rig.breaker.forceOpen()
      },
    ])
    const rig: Rig = new Rig({ listeners })
    rig.fail(3)
    rig.breaker.disable()
    rig.breaker.forceOpen()
    rig.breaker.reset()
    rig.breaker.metricsOnly()
    for (const moves of seen) expect(moves).toEqual(rig.transitions)
    // each begins where the one before it ended
    const chain = rig.signals.slice(1)
    expect(chain.map(({ oldState }) => oldState)).toEqual(
      rig.signals.slice(0, -1).map(({ newState }) => newState),
    )
    expect(rig.breaker.state).toBe(home === 'half_open' ? 'open' : home)
  })

  test('against another that moves it back: it ends, is told, and goes on working', () => {
    const { seen, listeners } = crowd([
      ({ newState }) => {
        if (newState === 'closed') rig.breaker.forceOpen()
      },
      ({ newState }) => {
        if (newState === 'forced_open') rig.breaker.reset()
      },
    ])
    const rig: Rig = new Rig({ listeners })
    rig.breaker.forceOpen()
    expect(rig.errors).toEqual([
      expect.objectContaining({
        source: 'listener',
        error: expect.objectContaining({
          message: expect.stringMatching(/moved the circuit 1000 times/),
        }),
      }),
    ])
    for (const moves of seen) expect(moves).toEqual(rig.transitions)
    expect(rig.transitions).toHaveLength(1_000)
    rig.clearRecords()
    rig.breaker.disable()
    expect(rig.transitions).toEqual([expect.stringMatching(/>disabled$/)])
    expect(rig.breaker.state).toBe('disabled')
  })

  test('from a call event, while it is told of calls', () => {
    const order: string[] = []
    const rig: Rig = new Rig({
      listeners: [
        { onCall: ({ outcome }) => void order.push(outcome) },
        { onCall: () => rig.breaker.trip() },
        { onCall: ({ outcome }) => void order.push(`then ${outcome}`) },
      ],
    })
    rig.succeed()
    expect(rig.admits()).toBe(false)
    expect(order).toEqual(['success', 'then success', 'rejected', 'then rejected'])
    expect(rig.transitions).toEqual(['closed>open'])
  })
})

describe('a listener that joins and leaves while being told', () => {
  test('each signal joins one more, which hears what comes after', () => {
    const heard = new Map<number, string[]>()
    let joined = 0
    const join = () => {
      const own: string[] = []
      heard.set(joined++, own)
      rig.breaker.subscribe((signal) => void own.push(move(signal)))
    }
    const rig: Rig = new Rig({ listeners: [join] })
    rig.breaker.disable()
    rig.breaker.reset()
    rig.breaker.forceOpen()
    expect([...heard.values()]).toEqual([
      ['disabled>closed', 'closed>forced_open'],
      ['closed>forced_open'],
      [],
    ])
  })

  test('one that replaces itself by every signal hears each once', () => {
    const heard: string[] = []
    let leave = () => {}
    const replace = (signal: Signal) => {
      heard.push(move(signal))
      leave()
      leave = rig.breaker.subscribe(replace)
    }
    const rig = new Rig()
    leave = rig.breaker.subscribe(replace)
    rig.fail(3)
    rig.breaker.reset()
    rig.breaker.disable()
    expect(heard).toEqual(rig.transitions)
    expect(rig.transitions).toHaveLength(3)
  })

  test('everybody leaves and joins again with each call', () => {
    let told = 0
    const leaves: (() => void)[] = []
    const listener = {
      onCall() {
        told++
        for (const leave of leaves.splice(0)) leave()
        for (let i = 0; i < 10; i++) leaves.push(rig.breaker.subscribe(listener))
      },
    }
    const rig = new Rig()
    leaves.push(rig.breaker.subscribe(listener))
    rig.succeed(50)
    expect(told).toBe(50)
    expect(rig.events).toHaveLength(50)
  })

  // where in all of it the stack ends is chance: there may be none left to tell anybody
  test('joining itself as it joins ends, and leaves the circuit whole', () => {
    const rig = new Rig()
    const onAttach = () => void rig.breaker.subscribe({ onAttach })
    rig.breaker.subscribe({ onAttach })
    rig.breaker.dispose()
    rig.breaker.reset()
    expect(rig.admits()).toBe(true)
  })

  test('all dispose of all while a signal is on its way', () => {
    const heard: string[] = []
    const rig: Rig = new Rig({
      listeners: [
        () => rig.breaker.disable(),
        () => rig.breaker.dispose(),
        (signal) => void heard.push(move(signal)),
      ],
    })
    rig.breaker.forceOpen()
    expect(heard).toEqual([])
    expect(rig.transitions).toEqual(['closed>forced_open'])
    expect(rig.breaker.state).toBe('disabled')
  })
})

test('a slow listener that moves the circuit with each signal gets them in order', async () => {
  const heard: string[] = []
  const posts: Deferred[] = []
  const rig: Rig = new Rig({
    listeners: [
      async (signal) => {
        const post = new Deferred()
        posts.push(post)
        await post.promise
        heard.push(move(signal))
        if (signal.newState === 'open') rig.breaker.reset()
      },
    ],
  })
  rig.breaker.trip()
  rig.breaker.disable()
  rig.breaker.trip()
  for (let turn = 0; turn < 5; turn++) {
    posts[turn]?.resolve()
    await microtasks()
  }
  expect(heard).toEqual(rig.transitions)
  expect(rig.transitions).toEqual(['closed>open', 'open>disabled', 'disabled>open', 'open>closed'])
})
