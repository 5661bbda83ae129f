import { describe, expect, test } from 'vitest'
import { summarizeError } from './error-summary.ts'

const fail = () => {
  throw new Error('toString')
}

function revokedFunction(): unknown {
  const { proxy, revoke } = Proxy.revocable(() => {}, {})
  revoke()
  return proxy
}

describe('summarizeError', () => {
  test('keeps name, message, code and status, and freezes them', () => {
    const error = Object.assign(new TypeError('down'), {
      code: 'ECONNREFUSED',
      status: 503,
      config: { headers: { authorization: 'secret' } },
    })
    const summary = summarizeError(error)
    expect(summary).toEqual({
      name: 'TypeError',
      message: 'down',
      code: 'ECONNREFUSED',
      status: 503,
    })
    expect(Object.isFrozen(summary)).toBe(true)
    expect(summarizeError({ message: 'x', code: 14, statusCode: 502 })).toEqual({
      name: 'Error',
      message: 'x',
      code: 14,
      status: 502,
    })
  })

  test.each([
    [
      'GET https://user:pa@ss@api.example:8443/bot123:SECRET/getMe?k=1#f failed',
      'GET https://api.example:8443 failed',
    ],
    ['postgres://bob:secret@db/orders', 'postgres://db'],
    ['redis://:secret@10.0.0.1:6379', 'redis://10.0.0.1:6379'],
    ['http://[::1]:80/a and https://b.example/c', 'http://[::1]:80 and https://b.example'],
    ['"https://a.example/b"', '"https://a.example"'],
    ['https://a.example', 'https://a.example'],
    ['https://a.example\\@b.example', 'https://a.example'],
    ['at https://a.example, again', 'at https://a.example again'],
    ['redis://cache,password=secret failed', 'redis://cache failed'],
    ['https://a.example;jsessionid=secret', 'https://a.example'],
    ['https://registry.example/@scope/name', 'https://registry.example'],
    ['file:///home/bob/key', 'file://'],
  ])('cuts a URL to its origin: %s', (message, expected) => {
    expect(summarizeError(new Error(message)).message).toBe(expected)
  })

  test('cuts the message to 200 characters after it has cut the URLs', () => {
    expect(summarizeError(new Error('x'.repeat(1_000))).message).toHaveLength(200)
    const long = `${'x'.repeat(190)} https://user:password@a.example`
    expect(summarizeError(new Error(long)).message).toBe(`${'x'.repeat(190)} https://a`)
  })

  test('takes linear time', () => {
    const message = ['://', 'a.', '@', ':'].map((part) => part.repeat(1_000_000)).join('')
    const start = performance.now()
    summarizeError(new Error(message))
    expect(performance.now() - start).toBeLessThan(1_000)
  })

  test.each<[unknown, object]>([
    ['down', { name: 'Error', message: 'down' }],
    [5, { name: 'Error', message: '5' }],
    [null, { name: 'Error', message: 'null' }],
    [Symbol('s'), { name: 'Error', message: 'Symbol(s)' }],
    [{}, { name: 'Error', message: '' }],
    [
      { name: 5, message: {}, code: {}, status: '503' },
      { name: 'Error', message: '' },
    ],
    [Object.create(null), { name: 'Error', message: '' }],
  ])('summarises a value that is not an error: %o', (value, expected) => {
    expect(summarizeError(value)).toEqual(expected)
  })

  test('does not throw for a function whose text cannot be read', () => {
    expect(summarizeError(Object.assign(() => {}, { toString: fail }))).toMatchObject({
      message: '',
    })
    expect(summarizeError(revokedFunction())).toEqual({ name: 'Error', message: '' })
  })

  test('does not throw for a hostile error', () => {
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    const throwing = {
      get message(): string {
        throw new Error('unreadable')
      },
      name: 'Hostile',
    }
    expect(summarizeError(proxy)).toEqual({ name: 'Error', message: '' })
    expect(summarizeError(throwing)).toEqual({ name: 'Hostile', message: '' })
  })
})
