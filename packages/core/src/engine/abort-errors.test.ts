import { beforeEach, describe, expect, test, vi } from 'vitest'
import { CircuitBreaker } from '../circuit-breaker.ts'
import { errorWhere } from '../policies/trackers.ts'

const onError = vi.fn()
let ignoring = true
let breaker: CircuitBreaker

beforeEach(() => {
  onError.mockReset()
  ignoring = true
  breaker = new CircuitBreaker({
    name: 'payments',
    ignore: errorWhere(({ name }: Error) => ignoring && name === 'AbortError'),
    onError,
  })
})

function abort(times: number): void {
  for (let call = 0; call < times; call++) {
    const stop = () => {
      throw new DOMException('stopped', 'AbortError')
    }
    expect(() => breaker.callSync(stop)).toThrow('stopped')
  }
}

describe('ignored AbortErrors without a signal', () => {
  test('are reported after 20 in a row, once', () => {
    abort(19)
    expect(onError).not.toHaveBeenCalled()
    abort(1)
    expect(onError).toHaveBeenCalledOnce()
    breaker.callSync(() => 1)
    abort(40)
    expect(onError).toHaveBeenCalledOnce()
  })

  test('do not include an AbortError that counts as a failure', () => {
    ignoring = false
    abort(1)
    ignoring = true
    abort(19)
    expect(onError).not.toHaveBeenCalled()
    abort(1)
    expect(onError).toHaveBeenCalledOnce()
  })
})
