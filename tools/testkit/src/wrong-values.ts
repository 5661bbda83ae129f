/** Values that an option rejects: wrong types with a TypeError, values out of range with a RangeError. */
export interface WrongValues {
  readonly types: readonly unknown[]
  readonly ranges: readonly unknown[]
}

function namedFunction() {}

const notNumbers = [null, '5', true, {}, [5], 5n, namedFunction, Symbol('five')]
const notFinite = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
const notObjects = [null, 5, Number.NaN, 'text', true, 5n, namedFunction]
const policyMethods = 'toJSON open test explain delayMs finished now timestamp'.split(' ')

/** What an option rejects that takes a number, besides these values out of its range. */
export const wrongNumbers = (...ranges: number[]): WrongValues => ({
  types: notNumbers,
  ranges: [...notFinite, ...ranges],
})

export const wrongCounts = wrongNumbers(0, -1, 1.5, 2 ** 53)
export const wrongCountsAbove = (max: number) => wrongNumbers(0, -1, 1.5, max + 1)
export const wrongMs = wrongNumbers(0, -0, -1)
export const wrongTimerMs = wrongNumbers(0, -1, 2 ** 31)
/** A time limit of `Infinity` is none. */
export const wrongTimeoutMs: WrongValues = {
  types: notNumbers,
  ranges: wrongTimerMs.ranges.filter((value) => value !== Number.POSITIVE_INFINITY),
}
export const wrongRatios = wrongNumbers(0, -0.1, 1.000_001, 50)
export const wrongJitters = wrongNumbers(-0.1, 1.000_001)
export const wrongBooleans: WrongValues = { types: [null, 0, 'true', {}], ranges: [] }
export const wrongTexts: WrongValues = {
  types: [null, 5, Number.NaN, true, {}, ['a']],
  ranges: [''],
}
export const wrongFunctions: WrongValues = { types: [null, 5, 'text', true, {}, []], ranges: [] }
export const wrongObjects: WrongValues = { types: notObjects, ranges: [] }
export const wrongArrays: WrongValues = { types: [null, 5, 'text', {}, namedFunction], ranges: [] }
/** Each lacks a method of every window, tracker, rule, retry schedule, permit and clock. */
export const wrongPolicies: WrongValues = {
  types: [
    ...notObjects,
    {},
    [],
    { test: 5, explain: 5, toJSON: 5 },
    ...policyMethods.map((method) => ({ [method]: namedFunction })),
  ],
  ranges: [],
}
export const wrongListeners: WrongValues = {
  types: [5, 'text', true, {}, [], { onSignal: 5 }, { onSignal: namedFunction, onCall: null }],
  ranges: [],
}

/** For an option that is required: `undefined` is wrong, too. */
export const required = ({ types, ranges }: WrongValues): WrongValues => ({
  types: [...types, undefined],
  ranges,
})

/** How an error message shows a value, computed independently of the code under test. */
export function quoted(value: unknown): string {
  if (typeof value === 'string') return `"${value}"`
  if (typeof value === 'function') return `function ${value.name}`
  if (typeof value === 'object' && value !== null) return JSON.stringify(value) ?? 'an object'
  return String(value)
}
