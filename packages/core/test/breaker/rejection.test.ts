import { COOLDOWN_MS, Rig } from '@fluxgate/testkit/rig'
import { describe, expect, test, vi } from 'vitest'
import {
  anyError,
  CallNotPermittedError,
  findRejection,
  resultWhere,
  tripWhen,
} from '../../src/index.ts'

async function rejectionOf({ breaker }: Rig): Promise<CallNotPermittedError> {
  const fn = vi.fn()
  const caught: unknown = await breaker.call(fn).catch((reason: unknown) => reason)
  expect(fn).not.toHaveBeenCalled()
  const error = findRejection(caught)
  if (error === undefined) throw new Error('the call was let through')
  return error
}

describe('a rejection says', () => {
  test('in open: which circuit, its state, when to try again and why', async () => {
    const rig = new Rig()
    const cause = new Error('the one that opened it')
    rig.fail(2)
    rig.fail(1, cause)
    rig.clock.advance(COOLDOWN_MS / 4)
    const error = await rejectionOf(rig)
    expect(error).toBeInstanceOf(CallNotPermittedError)
    expect(error).toBeInstanceOf(Error)
    expect({ ...error, name: error.name, cause: error.cause }).toEqual({
      name: 'CallNotPermittedError',
      circuitName: 'payments',
      state: 'open',
      retryAt: rig.clock.timestamp() + (COOLDOWN_MS * 3) / 4,
      retryAfterMs: (COOLDOWN_MS * 3) / 4,
      cause,
    })
    expect(error.message).toBe('circuit "payments" is open, the call was not sent; retry in 750 ms')
    expect(String(error)).toBe(`CallNotPermittedError: ${error.message}`)
  })

  test('in half_open: why, and no time', async () => {
    const cause = new Error('the one that opened it')
    const rig = new Rig({ probes: 1 })
    rig.fail(3, cause)
    rig.clock.advance(COOLDOWN_MS)
    rig.breaker.acquire()
    const error = await rejectionOf(rig)
    expect(error).toMatchObject({ state: 'half_open', cause })
    expect(error).not.toHaveProperty('retryAt')
    expect(error).not.toHaveProperty('retryAfterMs')
    expect(error.message).toBe('circuit "payments" is half_open, the call was not sent')
  })

  test('in forced_open: neither', async () => {
    const error = await rejectionOf(new Rig().enter('forced_open'))
    expect({ ...error }).toEqual({ circuitName: 'payments', state: 'forced_open' })
  })

  test('after reopening, the error that opened it last', async () => {
    const rig = new Rig({ probes: 1 })
    rig.fail(3, new Error('first'))
    rig.clock.advance(COOLDOWN_MS)
    rig.fail(1, new Error('second'))
    expect((await rejectionOf(rig)).cause).toMatchObject({ message: 'second' })
  })

  test('no cause in JSON, which may go round in circles or be secret', async () => {
    const rig = new Rig()
    const request = { authorization: 'secret', agent: {} }
    request.agent = request
    rig.fail(3, Object.assign(new Error('down'), { request }))
    const json = JSON.stringify(await rejectionOf(rig))
    expect(JSON.parse(json)).toEqual({
      circuitName: 'payments',
      state: 'open',
      retryAt: rig.clock.timestamp() + COOLDOWN_MS,
      retryAfterMs: COOLDOWN_MS,
    })
  })

  test('no cause where a result opened it', async () => {
    const rig = new Rig({ tracker: anyError().or(resultWhere((status) => status === 503)) })
    for (let i = 0; i < 3; i++) rig.breaker.acquire().success(503)
    expect(await rejectionOf(rig)).not.toHaveProperty('cause')
  })

  test('how long is left when it is asked', async () => {
    const rig = new Rig({ tripper: tripWhen('at once', () => true) })
    rig.fail()
    expect((await rejectionOf(rig)).retryAfterMs).toBe(COOLDOWN_MS)
    rig.clock.advance(1)
    expect((await rejectionOf(rig)).retryAfterMs).toBe(COOLDOWN_MS - 1)
  })

  test('whole milliseconds, of which a timer cuts nothing off', async () => {
    const rig = new Rig()
    rig.fail(3)
    rig.clock.advance(0.25)
    const error = await rejectionOf(rig)
    expect(error.retryAfterMs).toBe(COOLDOWN_MS)
    expect(error.message).toMatch(/retry in 1000 ms$/)
    rig.clock.advance(error.retryAfterMs ?? 0)
    expect(await rig.breaker.call(() => 'let in')).toBe('let in')
  })

  test('what rejected it, also when a listener has moved the circuit since', async () => {
    const rig = new Rig({ permit: { test: () => false, finished: () => true, toJSON } })
    rig.breaker.subscribe(({ newState }) => {
      if (newState === 'half_open') rig.breaker.reset()
    })
    rig.fail(3)
    rig.clock.advance(COOLDOWN_MS)
    expect(await rejectionOf(rig)).toMatchObject({ state: 'half_open' })
    expect(rig.breaker.state).toBe('closed')
  })

  const toJSON = () => ({ type: 'nobody', args: [] })
})

test('the stack limit is put back, and may be locked, as with frozen intrinsics', async () => {
  const own = Object.getOwnPropertyDescriptor(Error, 'stackTraceLimit')
  if (own === undefined) throw new Error('V8 has a stack limit')
  await rejectionOf(new Rig().enter('open'))
  expect(Object.getOwnPropertyDescriptor(Error, 'stackTraceLimit')).toEqual(own)
  Object.defineProperty(Error, 'stackTraceLimit', { ...own, writable: false })
  try {
    expect(await rejectionOf(new Rig().enter('open'))).toMatchObject({ state: 'open' })
  } finally {
    Object.defineProperty(Error, 'stackTraceLimit', own)
  }
})
