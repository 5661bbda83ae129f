import { rejection, thrown } from '@fluxgate/testkit/thrown'
import { quoted, type WrongValues } from '@fluxgate/testkit/wrong-values'
import { assert } from 'chai'
import { type ConformanceCase, table } from './conformance-case.ts'
import type { Subject } from './subject.ts'

/** An option, the values that it rejects, and code that passes a value to the option. */
export type Refusal = readonly [
  option: string,
  wrong: WrongValues,
  use: (subject: Subject, value: never) => unknown,
]

type ErrorClass = typeof TypeError | typeof RangeError

/** A case for each option: it throws for each wrong value. */
export function throwingRefusals(rows: readonly Refusal[]): ConformanceCase[] {
  return refusals(rows, 'throws', (use) => thrown(use))
}

/** A case for each option: the returned promise rejects for each wrong value. */
export function rejectingRefusals(rows: readonly Refusal[]): ConformanceCase[] {
  return refusals(rows, 'rejects', (use) => rejection(use() as Promise<unknown>))
}

function refusals(
  rows: readonly Refusal[],
  verb: string,
  errorOf: (use: () => unknown) => unknown,
): ConformanceCase[] {
  return table(
    '4. Wrong options',
    [...new Set(rows.map(([option]) => option))],
    (option) => `${option} ${verb} for wrong values, names the option and quotes the value`,
    async (option, subject) => {
      for (const [, { types, ranges }, use] of rows.filter((row) => row[0] === option)) {
        const check = async (value: unknown, type: ErrorClass) =>
          expectRefusal(await errorOf(() => use(subject, value as never)), option, value, type)
        for (const value of types) await check(value, TypeError)
        for (const value of ranges) await check(value, RangeError)
      }
    },
  )
}

function expectRefusal(error: unknown, option: string, value: unknown, type: ErrorClass): void {
  assert.instanceOf(error, type, `${option} for ${quoted(value)}`)
  const { message } = error as Error
  assert.isTrue(message.startsWith(`${option} must be `), message)
  assert.isTrue(message.endsWith(`, got ${quoted(value)}`), message)
}
