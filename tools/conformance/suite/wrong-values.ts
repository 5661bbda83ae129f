import { assert } from 'chai'
import { type ConformanceCase, table } from './conformance-case.ts'
import { thrown } from './promises.ts'
import type { Subject } from './subject.ts'

/** Values that an option must refuse: of the wrong kind by a TypeError, out of range by a RangeError. */
interface WrongValues {
  readonly types: readonly unknown[]
  readonly ranges: readonly unknown[]
}

/** An option, what it must refuse, and what uses it. */
export interface Wrong extends WrongValues {
  /** How the message must begin. */
  readonly option: string
  use(subject: Subject, value: never): unknown
}

function namedFunction() {}
const noNumber = [null, '5', true, {}, namedFunction, 5n, Symbol('five')]
const noFinite = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
export const numbers = (...ranges: number[]): WrongValues => ({
  types: noNumber,
  ranges: [...noFinite, ...ranges],
})
export const count: WrongValues = numbers(0, -1, 1.5)
export const ms: WrongValues = numbers(0, -1)
export const timer: WrongValues = numbers(0, -1, 2 ** 31)
export const ratio: WrongValues = numbers(0, -0.1, 1.000_001, 50)
export const jitter: WrongValues = numbers(-0.1, 1.000_001)
export const text: WrongValues = { types: [null, 5, {}, true], ranges: [''] }
export const callable: WrongValues = { types: [null, 5, 'text', {}], ranges: [] }
export const object: WrongValues = { types: [null, 5, 'text', namedFunction], ranges: [] }
export const policy: WrongValues = {
  types: [null, 5, 'text', {}, namedFunction, { toJSON: namedFunction }],
  ranges: [],
}
export const listener: WrongValues = { types: [5, 'text', {}, { onSignal: 5 }], ranges: [] }

/** How a message must show a value, worked out apart from the code that does. */
function quoted(value: unknown): string {
  if (typeof value === 'string') return `"${value}"`
  if (typeof value === 'function') return `function ${value.name}`
  if (typeof value === 'object' && value !== null) return JSON.stringify(value) ?? 'an object'
  return String(value)
}

function refuses(
  subject: Subject,
  { option, use }: Wrong,
  value: unknown,
  type: typeof TypeError | typeof RangeError,
) {
  const error = thrown(() => use(subject, value as never))
  assert.instanceOf(error, type, `${option} given ${quoted(value)}`)
  const { message } = error as Error
  assert.isTrue(message.startsWith(`${option} must be `), message)
  assert.isTrue(message.endsWith(`, got ${quoted(value)}`), message)
}

/** A case for each row. */
export function refusals(rows: readonly Wrong[]): ConformanceCase[] {
  return table(
    '4. Wrong options',
    rows,
    ({ option }) => `${option} refuses wrong values, naming the option and quoting the value`,
    (row, subject) => {
      for (const value of row.types) refuses(subject, row, value, TypeError)
      for (const value of row.ranges) refuses(subject, row, value, RangeError)
    },
  )
}
