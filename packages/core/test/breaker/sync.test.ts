import { COOLDOWN_MS, Rig } from '@fluxgate/testkit/rig'
import { thenable } from '@fluxgate/testkit/thenable'
import { describe, expect, test, vi } from 'vitest'
import { anyError, errorType, resultWhere } from '../../src/index.ts'

describe('callSync', () => {
  test('returns what fn returns, and records it', () => {
    const { breaker } = new Rig()
    const value = { parsed: true }
    expect(breaker.callSync(() => value)).toBe(value)
    expect(breaker.snapshot().metrics).toMatchObject({ total: 1, failures: 0 })
  })

  test.each([new Error('down'), 'a string', undefined])('throws what fn throws: %s', (error) => {
    const { breaker } = new Rig()
    const caught: unknown[] = []
    try {
      breaker.callSync(() => {
        throw error
      })
    } catch (thrown) {
      caught.push(thrown)
    }
    expect(caught).toHaveLength(1)
    expect(caught[0]).toBe(error)
    expect(breaker.snapshot().metrics).toMatchObject({ total: 1, failures: 1 })
  })

  test('opens the circuit, is rejected by it, and probes it', () => {
    const { breaker, clock } = new Rig({ probes: 1 })
    const down = () => {
      throw new Error('down')
    }
    for (let i = 0; i < 3; i++) expect(() => breaker.callSync(down)).toThrow('down')
    const fn = vi.fn(() => 1)
    expect(() => breaker.callSync(fn)).toThrow(
      expect.objectContaining({ name: 'CallNotPermittedError', state: 'open' }),
    )
    expect(fn).not.toHaveBeenCalled()
    clock.advance(COOLDOWN_MS)
    expect(breaker.callSync(fn)).toBe(1)
    expect(breaker.state).toBe('closed')
  })

  test('is timed, failures too', () => {
    const { breaker, clock } = new Rig()
    breaker.callSync(() => clock.advance(10))
    expect(() =>
      breaker.callSync(() => {
        clock.advance(20)
        throw new Error('down')
      }),
    ).toThrow('down')
    expect(breaker.snapshot().metrics.totalDurationMs).toBe(30)
  })

  test('asks the tracker, of errors and of results', () => {
    const tracker = errorType(TypeError).or(resultWhere((value) => value === null))
    const { breaker, events } = new Rig({ tracker })
    expect(breaker.callSync(() => null)).toBeNull()
    expect(() =>
      breaker.callSync(() => {
        throw new RangeError('not mine')
      }),
    ).toThrow(RangeError)
    expect(events.map(({ outcome }) => outcome)).toEqual(['failure', 'ignored'])
    expect(breaker.snapshot().metrics).toMatchObject({ total: 1, failures: 1 })
  })

  test('fn is given nothing', () => {
    const fn = vi.fn()
    new Rig().breaker.callSync(fn)
    expect(fn.mock.calls).toEqual([[]])
  })

  test('calls itself while it runs', () => {
    const { breaker } = new Rig()
    const value = breaker.callSync(() => breaker.callSync(() => breaker.inFlight))
    expect(value).toBe(2)
    expect(breaker.snapshot().metrics.total).toBe(2)
  })
})

describe('callSync of a function that returns a thenable', () => {
  test.each([
    ['a promise', () => Promise.resolve(1)],
    ['an async function', async () => 1],
    ['a thenable', () => thenable(1)],
    ['a callable thenable', () => Object.assign(() => {}, thenable(1))],
  ])('%s: says to use call, and records nothing', (_, fn) => {
    const { breaker } = new Rig({ tracker: anyError().or(resultWhere(() => true)) })
    expect(() => breaker.callSync(fn)).toThrow(TypeError)
    expect(() => breaker.callSync(fn)).toThrow(/use call\(\)/)
    expect(breaker.snapshot().metrics.total).toBe(0)
    expect(breaker.inFlight).toBe(0)
  })

  test('a rejection of that promise is not left unhandled, which would fail the run', () => {
    const fn = () => Promise.reject(new Error('nobody listens'))
    expect(() => new Rig().breaker.callSync(fn)).toThrow(TypeError)
  })

  test('is not for the fallback: it is a mistake in the program', () => {
    const fallback = vi.fn()
    expect(() => new Rig().breaker.callSync(() => Promise.resolve(1), { fallback })).toThrow(
      TypeError,
    )
    expect(fallback).not.toHaveBeenCalled()
  })

  test.each([{}, null, undefined, 'then'])('%j is none', (value) => {
    expect(new Rig().breaker.callSync(() => value)).toBe(value)
  })
})

describe('fallback', () => {
  const down = () => {
    throw new Error('down')
  }

  test('answers for an error, which is recorded all the same', () => {
    const { breaker } = new Rig()
    const fallback = vi.fn(() => 'cached')
    expect(breaker.callSync(down, { fallback })).toBe('cached')
    expect(fallback.mock.calls).toEqual([[expect.objectContaining({ message: 'down' })]])
    expect(breaker.snapshot().metrics.failures).toBe(1)
  })

  test('answers for a rejection', () => {
    const { breaker } = new Rig().enter('forced_open')
    const fallback = (error: unknown) => error
    expect(breaker.callSync(() => 1, { fallback })).toMatchObject({ state: 'forced_open' })
  })

  test('what it throws is what the caller gets', () => {
    const other = new Error('no cache')
    const fallback = vi.fn(() => {
      throw other
    })
    const { breaker } = new Rig()
    expect(() => breaker.callSync(down, { fallback })).toThrow(other)
    expect(fallback).toHaveBeenCalledTimes(1)
  })

  test('is not asked when all is well', () => {
    const fallback = vi.fn()
    expect(new Rig().breaker.callSync(() => 1, { fallback })).toBe(1)
    expect(fallback).not.toHaveBeenCalled()
  })
})

test.each([
  [[5], 'callSync: fn must be a function, got 5'],
  [[() => 1, { timeoutMs: 5 }], 'got "timeoutMs"'],
  [[() => 1, { fallback: 'x' }], 'callSync: fallback must be a function, got "x"'],
  [[() => 1, null], 'callSync: options must be an object, got null'],
])('wrong arguments: %j', (args, message) => {
  const { breaker } = new Rig()
  expect(() => breaker.callSync(...(args as [never]))).toThrow(TypeError)
  expect(() => breaker.callSync(...(args as [never]))).toThrow(message)
  expect(breaker.inFlight).toBe(0)
})
