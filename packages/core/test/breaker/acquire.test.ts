import { Rig } from '@fluxgate/testkit/rig'
import { describe, expect, test } from 'vitest'
import { anyError, errorType, isCallNotPermitted, resultWhere } from '../../src/index.ts'

describe('tryAcquire', () => {
  test('gives a ticket, or undefined when the circuit gives none', () => {
    const rig = new Rig()
    expect(rig.breaker.tryAcquire()).toBeDefined()
    rig.enter('forced_open')
    expect(rig.breaker.tryAcquire()).toBeUndefined()
    expect(rig.events).toEqual([
      expect.objectContaining({ outcome: 'rejected', state: 'forced_open' }),
    ])
  })
})

describe('acquire', () => {
  test('throws where tryAcquire gives undefined', () => {
    const { breaker, clock } = new Rig()
    breaker.trip({ forMs: 500 })
    expect(() => breaker.acquire()).toThrow(
      expect.objectContaining({
        name: 'CallNotPermittedError',
        circuitName: 'payments',
        state: 'open',
        retryAt: clock.timestamp() + 500,
        retryAfterMs: 500,
      }),
    )
    expect(breaker.rejections).toBe(1)
  })
})

describe('a ticket', () => {
  test('success is recorded with its duration', () => {
    const { breaker, clock } = new Rig()
    const ticket = breaker.acquire()
    expect(breaker.inFlight).toBe(1)
    clock.advance(40)
    ticket.success()
    expect(breaker.inFlight).toBe(0)
    expect(breaker.snapshot().metrics).toMatchObject({
      total: 1,
      failures: 0,
      totalDurationMs: 40,
    })
  })

  test('failure is recorded with its duration and opens the circuit', () => {
    const rig = new Rig()
    rig.fail(3, new Error('down'), 5)
    expect(rig.signals[0]).toMatchObject({
      newState: 'open',
      metrics: { failures: 3, totalDurationMs: 15 },
    })
  })

  test('the tracker judges its value and its error', () => {
    const tracker = errorType(TypeError).or(resultWhere((value) => value === 'bad'))
    const { breaker, events } = new Rig({ tracker })
    breaker.acquire().success('good')
    breaker.acquire().success('bad')
    breaker.acquire().success()
    breaker.acquire().failure(new TypeError('mine'))
    breaker.acquire().failure(new RangeError('not mine'))
    expect(events.map(({ outcome }) => outcome)).toEqual([
      'success',
      'failure',
      'success',
      'failure',
      'ignored',
    ])
  })

  test('release is counted nowhere', () => {
    const { breaker, events } = new Rig({ tracker: anyError().or(resultWhere(() => true)) })
    breaker.acquire().release()
    expect(breaker.snapshot().metrics.total).toBe(0)
    expect(breaker.inFlight).toBe(0)
    expect(events[0]).toMatchObject({ outcome: 'ignored' })
  })

  const ends = ['success', 'failure', 'release'] as const
  test.each(ends.flatMap((first) => ends.map((second) => ({ first, second }))))(
    'the first wins: $first, then $second',
    ({ first, second }) => {
      const { breaker, events, clock } = new Rig()
      const ticket = breaker.acquire()
      ticket[first](new Error('first'))
      const after = breaker.snapshot()
      clock.advance(1)
      ticket[second](new Error('second'))
      ticket[Symbol.dispose]()
      expect(breaker.snapshot()).toBe(after)
      expect(breaker.inFlight).toBe(0)
      expect(events).toHaveLength(1)
    },
  )

  test('its methods work alone, as callbacks do', () => {
    const { breaker } = new Rig()
    const { success } = breaker.acquire()
    success()
    expect(breaker.snapshot().metrics.total).toBe(1)
  })

  test('is released at the end of a using block, unless it was settled', () => {
    const { breaker } = new Rig()
    {
      using ticket = breaker.acquire()
      expect(ticket).toBeDefined()
    }
    {
      using ticket = breaker.acquire()
      ticket.success()
    }
    expect(breaker.inFlight).toBe(0)
    expect(breaker.snapshot().metrics.total).toBe(1)
  })

  test('guards a stream: the permission is held until its end', async () => {
    const { breaker } = new Rig({ probes: 1 }).enter('half_open')
    async function* chunks() {
      yield 'a'
      yield 'b'
    }
    const ticket = breaker.acquire()
    for await (const chunk of chunks()) {
      expect(chunk).toMatch(/[ab]/)
      await expect(breaker.call(() => 1)).rejects.toSatisfy(isCallNotPermitted)
    }
    ticket.success()
    expect(breaker.state).toBe('closed')
  })
})
