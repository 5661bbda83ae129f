import { describe, expect, test, vi } from 'vitest'
import { CircuitBreaker } from '../circuit-breaker.ts'
import { cooldown, retryNever } from '../policies/retries.ts'
import { failureStreak } from '../policies/trippers.ts'
import { ManualClock } from '../testing/manual-clock.ts'
import { CallNotPermittedError, TimeoutError } from './errors.ts'
import { findRejection, isCallNotPermitted } from './find-rejection.ts'

const fieldsOf = (circuitName: string) =>
  ({ circuitName, state: 'open', reason: 'tripped manually' }) as const

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
    expect(error.cause).toEqual({ name: 'Error', message: cause.message })
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
    expect(rejectionOf(breaker).cause).toEqual({ name: 'TypeError', message: second.message })
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
    expect(breaker.tryAcquire()).toBeUndefined() // it creates no error
    expect(() => breaker.acquire()).toThrow(RangeError)
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

describe('the members for servers and frameworks', () => {
  const fields = { ...fieldsOf('payments'), retryAt: 5_000, retryAfterMs: 1_200 }

  test('answer 503 with Retry-After', () => {
    const error = new CallNotPermittedError(fields)
    const { code, status, expose, headers } = error
    expect({ code, status, expose, headers }).toEqual({
      code: 'ERR_CIRCUIT_OPEN',
      status: 503,
      expose: false,
      headers: { 'Retry-After': '2' },
    })
    expect(Object.keys(error)).toEqual([
      'circuitName',
      'state',
      'reason',
      'retryAt',
      'retryAfterMs',
    ])
  })

  test('have a Retry-After of at least one second, and none without a retry time', () => {
    const headersOf = (retryAfterMs?: number) =>
      new CallNotPermittedError({ ...fieldsOf('x'), retryAfterMs }).headers
    expect([0, 1, 1_000, 1_001].map(headersOf)).toEqual(
      ['1', '1', '1', '2'].map((seconds) => ({ 'Retry-After': seconds })),
    )
    expect(headersOf()).toEqual({})
  })

  test('can be assigned, as on any error', () => {
    const error = new CallNotPermittedError(fields)
    const assigned = {
      name: 'Renamed',
      code: 'E_OTHER',
      status: 500,
      expose: true,
      headers: { a: 'b' },
      digest: '123',
      message: 'other',
      stack: 'none',
    }
    Object.assign(error, assigned)
    expect({ ...error, message: error.message, stack: error.stack }).toMatchObject(assigned)
    error.digest = '456'
    expect(error.digest).toBe('456')
    expect(isCallNotPermitted(error)).toBe(true)
    expect(new CallNotPermittedError(fields).name).toBe('CallNotPermittedError')
  })

  test('have a digest with a hash of the name and the retry time', () => {
    const digestOf = (circuitName: string, retryAt?: number) =>
      new CallNotPermittedError({ ...fieldsOf(circuitName), retryAt }).digest
    // the published FNV-1a values of '', 'a' and 'foobar'
    expect(digestOf('')).toBe('FLUXGATE_REJECTED;811c9dc5;')
    expect(digestOf('a', 5_000)).toBe('FLUXGATE_REJECTED;e40c292c;5000')
    expect(digestOf('foobar')).toBe('FLUXGATE_REJECTED;bf9cf968;')
    expect(digestOf('\u{1f512}')).toMatch(/^FLUXGATE_REJECTED;[\da-f]{8};$/)
  })

  test('include the code of a call that was shed', () => {
    const error = new CallNotPermittedError({ ...fields, code: 'ERR_CIRCUIT_SHED' })
    expect(error.code).toBe('ERR_CIRCUIT_SHED')
    expect(Object.keys(error)).not.toContain('code')
  })
})

describe('findRejection', () => {
  const rejection = new CallNotPermittedError(fieldsOf('inner'))
  const other = new Error('down')
  const wrap = (cause: unknown, times: number): unknown =>
    times === 0 ? cause : wrap(new Error('wrapped', { cause }), times - 1)

  test.each([0, 1, 8])('finds a rejection behind %i causes', (times) => {
    expect(findRejection(wrap(rejection, times))).toBe(rejection)
  })

  test('follows at most 8 causes', () => {
    expect(findRejection(wrap(rejection, 9))).toBeUndefined()
  })

  test('finds the first rejection of an AggregateError that holds nothing else', async () => {
    const second = new CallNotPermittedError(fieldsOf('second'))
    const any = await Promise.any([
      Promise.reject(wrap(rejection, 2)),
      Promise.reject(second),
    ]).catch((error: unknown) => error)
    expect(findRejection(any)).toBe(rejection)
    expect(findRejection(wrap(any, 1))).toBe(rejection)
    expect(findRejection(new AggregateError([new AggregateError([second])]))).toBe(second)
  })

  test('ignores an AggregateError that holds another error, and an empty one', () => {
    expect(findRejection(new AggregateError([rejection, other]))).toBeUndefined()
    expect(findRejection(new AggregateError([other, rejection]))).toBeUndefined()
    expect(findRejection(new AggregateError([]))).toBeUndefined()
    expect(findRejection(new AggregateError([], 'x', { cause: rejection }))).toBe(rejection)
  })

  test('ends for errors that contain themselves, and for hostile ones', () => {
    const cyclic = Object.assign(new AggregateError([]), { cause: undefined as unknown })
    cyclic.errors = [rejection, cyclic, cyclic]
    cyclic.cause = cyclic
    expect(findRejection(cyclic)).toBeUndefined()
    const wide = (depth: number): Error =>
      depth === 0 ? rejection : new AggregateError(Array(50).fill(wide(depth - 1)))
    expect(findRejection(wide(8))).toBeUndefined()
    const sparse = new AggregateError([])
    sparse.errors = new Array(2 ** 32 - 1)
    expect(findRejection(sparse)).toBeUndefined()
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    expect(findRejection(wrap(proxy, 1))).toBeUndefined()
  })
})

describe('isCallNotPermitted', () => {
  test('returns true for rejections only', () => {
    expect(isCallNotPermitted(rejectionOf(openCircuit().breaker))).toBe(true)
    expect(isCallNotPermitted(new (class extends CallNotPermittedError {})(fieldsOf('x')))).toBe(
      true,
    )
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
    expect(isCallNotPermitted(new Error('x', { cause: rejectionOf(openCircuit().breaker) }))).toBe(
      true,
    )
  })

  test('recognises rejections of another copy of the package', async () => {
    // the query loads a second module instance, like a second installed copy of the package
    const copy: typeof import('./errors.ts') = await import(
      /* @vite-ignore */ new URL('./errors.ts?another-copy', import.meta.url).href
    )
    expect(copy.CallNotPermittedError).not.toBe(CallNotPermittedError)
    const foreign = new copy.CallNotPermittedError(fieldsOf('foreign'))
    expect(foreign).not.toBeInstanceOf(CallNotPermittedError)
    expect(isCallNotPermitted(foreign)).toBe(true)
    const finder: typeof import('./find-rejection.ts') = await import(
      /* @vite-ignore */ new URL('./find-rejection.ts?another-copy', import.meta.url).href
    )
    expect(finder.isCallNotPermitted).not.toBe(isCallNotPermitted)
    expect(finder.isCallNotPermitted(rejectionOf(openCircuit().breaker))).toBe(true)
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
    expect(error.code).toBe('ETIMEDOUT')
    expect(error.message).toBe('call through circuit "payments" took longer than 2000 ms')
    expect(error.stack).toMatch(/\n\s+at /)
  })
})
