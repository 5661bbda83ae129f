/** Values that an option must refuse: of the wrong kind by a TypeError, out of range by a RangeError. */
export interface WrongValues {
  readonly types: readonly unknown[]
  readonly ranges: readonly unknown[]
}

function namedFunction() {}

const noNumbers = [null, '5', true, {}, [5], 5n, namedFunction, Symbol('five')]
const noFinite = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
const noObjects = [null, 5, Number.NaN, 'text', true, 5n, namedFunction]

const numbers = (...ranges: number[]): WrongValues => ({
  types: noNumbers,
  ranges: [...noFinite, ...ranges],
})

/** Made longer by values of the wrong kind, such as undefined where nothing may be left out. */
export const and = ({ types, ranges }: WrongValues, ...more: unknown[]): WrongValues => ({
  types: [...types, ...more],
  ranges,
})

export const noCount = numbers(0, -1, 1.5, 2 ** 53)
export const noCountTo = (max: number) => and(numbers(0, -1, 1.5, max + 1))
export const noMs = numbers(0, -0, -1)
export const noTimerMs = numbers(0, -1, 2 ** 31)
export const noRatio = numbers(0, -0.1, 1.000_001, 50)
export const noJitter = numbers(-0.1, 1.000_001)
export const noAtLeast = (min: number) => numbers(min - 0.001, -5)
export const noBoolean: WrongValues = { types: [null, 0, 'true', {}], ranges: [] }
export const noText: WrongValues = { types: [null, 5, Number.NaN, true, {}, ['a']], ranges: [''] }
export const noFunction: WrongValues = { types: [null, 5, 'text', true, {}, []], ranges: [] }
export const noObject: WrongValues = { types: noObjects, ranges: [] }
export const noArray: WrongValues = { types: [null, 5, 'text', {}, namedFunction], ranges: [] }
/** None of these has all methods of a window, a tracker, a rule, a retry, a permit or a clock. */
export const noPolicy: WrongValues = {
  types: [
    ...noObjects,
    {},
    [],
    { test: 5, explain: 5, toJSON: 5 },
    ...['toJSON', 'open', 'test', 'explain', 'delayMs', 'finished', 'now', 'timestamp'].map(
      (half) => ({ [half]: namedFunction }),
    ),
  ],
  ranges: [],
}
export const noListener: WrongValues = {
  types: [5, 'text', true, {}, [], { onSignal: 5 }, { onSignal: namedFunction, onCall: null }],
  ranges: [],
}

/** How a message must show a value, worked out apart from the code that does. */
export function quoted(value: unknown): string {
  if (typeof value === 'string') return `"${value}"`
  if (typeof value === 'function') return `function ${value.name}`
  if (typeof value === 'object' && value !== null) return JSON.stringify(value) ?? 'an object'
  return String(value)
}
