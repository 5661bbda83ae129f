import { describe, expect, test, vi } from 'vitest'
import { CircuitBreaker } from '../circuit-breaker.ts'
import { cooldown, retryNever } from '../policies/retries.ts'
import { failureStreak } from '../policies/trippers.ts'
import { ManualClock } from '../testing/manual-clock.ts'
import { CallNotPermittedError, isCallNotPermitted, TimeoutError } from './errors.ts'

function rejectionOf(breaker: CircuitBreaker): CallNotPermittedError {
  try {
    breaker.acquire()
  } catch (error) {
    if (error instanceof CallNotPermittedError) return error
  }
  throw new Error('the circuit admitted the call')
}

function openCircuit(options: Partial<ConstructorParameters<typeof CircuitBreaker>[0]> = {}) {
  const clock = new ManualClock()
  const breaker = new CircuitBreaker({
    name: 'payments',
    tripper: failureStreak(1),
    retry: cooldown(30_000),
    clock,
    ...options,
  })
  const cause = new Error('connection refused')
  breaker.acquire().failure(cause)
  return { breaker, clock, cause }
}

describe('CallNotPermittedError', () => {
  test('has the name and state of the circuit, the retry time, and the error that opened it', () => {
    const { breaker, clock, cause } = openCircuit()
    clock.advance(12_000)
    const error = rejectionOf(breaker)
    expect(error).toBeInstanceOf(Error)
    expect(error).toBeInstanceOf(CallNotPermittedError)
    expect(error.name).toBe('CallNotPermittedError')
    expect(error.circuitName).toBe('payments')
    expect(error.state).toBe('open')
    expect(error.retryAt).toBe(clock.timestamp() + 18_000)
    expect(error.retryAfterMs).toBe(18_000)
    expect(error.cause).toBe(cause)
    expect(error.message).toBe(
      'circuit "payments" is open, the call was not sent; retry in 18000 ms',
    )
    expect(String(error)).toBe(`CallNotPermittedError: ${error.message}`)
  })

  test('omits the retry time and the cause when there are none', () => {
    const { breaker } = openCircuit({ retry: retryNever() })
    expect('retryAt' in rejectionOf(breaker)).toBe(false)
    breaker.forceOpen()
    const forced = rejectionOf(breaker)
    expect(forced.state).toBe('forced_open')
    for (const field of ['retryAt', 'retryAfterMs', 'cause']) expect(field in forced).toBe(false)
    expect(forced.message).toBe('circuit "payments" is forced_open, the call was not sent')
  })

  test('has the error of the last reopening as cause', () => {
    const { breaker, clock } = openCircuit()
    clock.advance(30_000)
    const second = new TypeError('connection reset')
    breaker.acquire().failure(second)
    expect(rejectionOf(breaker).cause).toBe(second)
  })

  test('is a new object for every rejection', () => {
    const { breaker, clock } = openCircuit()
    const first = rejectionOf(breaker)
    clock.advance(10_000)
    expect(rejectionOf(breaker).retryAfterMs).toBe(20_000)
    expect(first.retryAfterMs).toBe(30_000)
  })

  test('escapes the name of the circuit in the message', () => {
    const { breaker } = openCircuit({ name: 'a"\nb' })
    expect(rejectionOf(breaker).message).toContain('circuit "a\\"\\nb" is open')
  })

  test('captures a stack only with captureStack: true', () => {
    const { breaker } = openCircuit()
    expect(rejectionOf(breaker).stack ?? '').not.toMatch(/\n\s+at /)
    const withStack = openCircuit({ captureStack: true })
    expect(rejectionOf(withStack.breaker).stack).toMatch(/\n\s+at .*rejectionOf/)
  })

  test('has its message in the stack and in a structured clone', () => {
    const error = rejectionOf(openCircuit().breaker)
    expect(error.stack).toBe(String(error))
    expect(structuredClone(error).message).toBe(error.message)
  })

  test('restores Error.stackTraceLimit when its constructor throws', () => {
    const { breaker } = openCircuit()
    const ErrorWithLimit = Error as ErrorConstructor & { stackTraceLimit?: number }
    const limit = ErrorWithLimit.stackTraceLimit
    // simulates a stack overflow in the constructor
    const stringify = vi.spyOn(JSON, 'stringify').mockImplementation(() => {
      throw new RangeError('Maximum call stack size exceeded')
    })
    expect(() => breaker.tryAcquire()).toThrow(RangeError)
    const after = ErrorWithLimit.stackTraceLimit
    stringify.mockRestore()
    if (limit !== undefined) ErrorWithLimit.stackTraceLimit = limit
    expect(after).toBe(limit)
  })

  test('does not affect the stacks of other errors', () => {
    rejectionOf(openCircuit().breaker)
    expect(new Error('other').stack).toMatch(/\n\s+at /)
  })
})

describe('isCallNotPermitted', () => {
  test('returns true for rejections only', () => {
    expect(isCallNotPermitted(rejectionOf(openCircuit().breaker))).toBe(true)
    expect(isCallNotPermitted(new (class extends CallNotPermittedError {})('x', 'open'))).toBe(true)
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    const others = [
      new Error('x'),
      new TimeoutError('x', 1),
      { name: 'CallNotPermittedError', circuitName: 'x', state: 'open' },
      proxy,
      undefined,
      null,
      0,
      'CallNotPermittedError',
      () => {},
    ]
    expect(others.filter(isCallNotPermitted)).toEqual([])
  })

  test('recognises rejections of another copy of the package', async () => {
    // the query loads a second module instance, like a second installed copy of the package
    const copy: typeof import('./errors.ts') = await import(
      /* @vite-ignore */ new URL('./errors.ts?another-copy', import.meta.url).href
    )
    expect(copy.CallNotPermittedError).not.toBe(CallNotPermittedError)
    const foreign = new copy.CallNotPermittedError('foreign', 'open')
    expect(foreign).not.toBeInstanceOf(CallNotPermittedError)
    expect(isCallNotPermitted(foreign)).toBe(true)
    expect(copy.isCallNotPermitted(rejectionOf(openCircuit().breaker))).toBe(true)
    const breaker = new CircuitBreaker({ name: 'outer', tripper: failureStreak(1) })
    breaker.acquire().failure(foreign)
    expect(breaker.state).toBe('closed')
  })
})

describe('TimeoutError', () => {
  test('has the name of the circuit and the time limit', () => {
    const error = new TimeoutError('payments', 2_000)
    expect(error).toBeInstanceOf(Error)
    expect(error).toMatchObject({ name: 'TimeoutError', circuitName: 'payments', timeoutMs: 2_000 })
    expect(error.message).toBe('call through circuit "payments" took longer than 2000 ms')
    expect(error.stack).toMatch(/\n\s+at /)
  })
})
