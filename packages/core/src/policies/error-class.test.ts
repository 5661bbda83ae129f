import { describe, expect, test } from 'vitest'
import { TimeoutError } from '../model/errors.ts'
import { type ErrorClass, errorType } from './trackers.ts'

const matches = (type: ErrorClass, error: unknown) => errorType(type).failsOnError?.(error)

describe('errorType', () => {
  test.each([undefined, null, 'down', 1, Symbol('down')])('matches %s by no class', (error) => {
    class Own extends Error {}
    for (const type of [Object, Error, String, Number, TimeoutError, Own]) {
      expect(matches(type, error), type.name).toBe(false)
    }
  })

  test('matches a DOMException that another realm implements in JavaScript', () => {
    class DOMException extends Error {}
    expect(matches(globalThis.DOMException, new DOMException('stopped'))).toBe(true)
    expect(matches(TypeError, new DOMException('stopped'))).toBe(false)
  })

  test('does not match an error whose prototype has no constructor', () => {
    class Own extends Error {}
    for (const type of [Own, TypeError]) expect(matches(type, Object.create({}))).toBe(false)
  })

  test('does not match an error whose constructor is no function', () => {
    const error = Object.create({ constructor: { name: 'TypeError' } })
    expect(matches(TypeError, error)).toBe(false)
  })

  test('names the invalid class', () => {
    for (const [type, quoted] of [
      [5, '5'],
      [() => true, 'function'],
    ] as const) {
      expect(() => errorType(type as never)).toThrow(
        `errorType: class must be a class, got ${quoted}`,
      )
    }
  })
})
