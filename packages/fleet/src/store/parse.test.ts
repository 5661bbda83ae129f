import { describe, expect, test } from 'vitest'
import { type Answer, FORMAT, MAX_MS, NEVER } from './message.ts'
import { parseAnswer, parseUpdate } from './parse.ts'

const answer: Answer = {
  format: FORMAT,
  name: 'payments',
  incarnation: 'x',
  version: 3,
  state: 'open',
  forMs: 100,
  reopens: 1,
  by: 'a',
  reason: 'failure rate',
  fence: 7,
  holder: '',
  leaseMs: 0,
  probed: 0,
  succeeded: 0,
  reporters: 2,
  instances: 3,
  failing: 2,
  total: 10,
  failures: 5,
}

describe('parseAnswer()', () => {
  test('returns a valid answer, as an object or as text', () => {
    expect(parseAnswer(answer, 'payments')).toEqual(answer)
    expect(parseAnswer(JSON.stringify(answer), 'payments')).toEqual(answer)
    expect(parseAnswer({ ...answer, forMs: NEVER }, 'payments')?.forMs).toBe(NEVER)
  })

  test.for([
    undefined,
    null,
    0,
    '',
    '{',
    'null',
    '[]',
    `{"x":"${'x'.repeat(20_000)}"}`,
    { ...answer, format: 2 },
    { ...answer, name: 'mail' },
    { ...answer, state: 'broken' },
    { ...answer, state: 'constructor' },
    { ...answer, state: ['open'] },
    { ...answer, forMs: -2 },
    { ...answer, forMs: MAX_MS + 1 },
    { ...answer, forMs: '100' },
    { ...answer, forMs: Number.NaN },
    { ...answer, leaseMs: Number.POSITIVE_INFINITY },
    { ...answer, version: 1.5 },
    { ...answer, version: -1 },
    { ...answer, fence: 2 ** 53 },
    { ...answer, reason: 'x'.repeat(1_001) },
    { ...answer, by: null },
    { ...answer, reporters: -1 },
    { ...answer, total: undefined },
  ])('returns undefined for an invalid value: %o', (value) => {
    expect(parseAnswer(value, 'payments')).toBe(undefined)
  })

  test.for(Object.keys(answer))('requires the field %s', (key) => {
    expect(parseAnswer({ ...answer, [key]: undefined }, 'payments')).toBe(undefined)
  })
})

describe('parseUpdate()', () => {
  test('requires no counts', () => {
    const { reporters, instances, failing, total, failures, ...update } = answer
    expect(parseUpdate(JSON.stringify(update))).toEqual(update)
    expect(parseAnswer(update, 'payments')).toBe(undefined)
  })
})
