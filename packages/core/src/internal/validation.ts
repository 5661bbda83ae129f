/** The longest delay of a JavaScript timer, in ms. A timer with a longer delay fires at once. */
export const MAX_TIMER_MS = 2_147_483_647

/** Throws for an invalid value of an option. The message names the option and quotes the value. */
export type Check = (option: string, value: unknown) => void

/** Formats an invalid value for an error message. */
export function quote(value: unknown): string {
  if (typeof value === 'function') return `function ${value.name || '(anonymous)'}`
  if (typeof value !== 'string' && (typeof value !== 'object' || value === null)) {
    return String(value)
  }
  try {
    const json = JSON.stringify(value).slice(0, 100)
    // the JSON of a promise or a Map is `{}`; the class name says more
    return json === '{}' && value.constructor !== Object ? value.constructor.name : json
  } catch {
    return 'an object' // JSON.stringify threw, or returned undefined
  }
}

/**
 * Throws unless `ok`: a `TypeError` when the value has the wrong type, a `RangeError` when
 * `rightType` is true and the value is out of range.
 */
export function check(
  ok: boolean,
  option: string,
  expected: string,
  value: unknown,
  rightType = false,
): asserts ok {
  if (ok) return
  const ErrorType = rightType ? RangeError : TypeError
  throw new ErrorType(`${option} must be ${expected}, got ${quote(value)}`)
}

/** A number for which `ok` returns true. */
export function checkNumber(
  option: string,
  value: unknown,
  expected: string,
  ok: (value: number) => boolean,
): void {
  const isNumber = typeof value === 'number'
  check(isNumber && ok(value), option, expected, value, isNumber)
}

/** A whole number from 1 to `max`. */
export function checkCount(option: string, value: unknown, max?: number): void {
  const ok = (n: number) => Number.isSafeInteger(n) && n > 0 && n <= (max ?? n)
  checkNumber(option, value, `a whole number from 1${max ? ` to ${max}` : ''}`, ok)
}

/** A finite number of milliseconds above 0, and at most `max`. */
export function checkMs(option: string, value: unknown, max?: number): void {
  const ok = (n: number) => n > 0 && n < Infinity && n <= (max ?? n)
  const upTo = max ? ` and at most ${max}` : ''
  checkNumber(option, value, `a number of milliseconds above 0${upTo}`, ok)
}

/** A finite number of at least `min`. */
export function checkAtLeast(option: string, value: unknown, min: number): void {
  const ok = (n: number) => n >= min && n < Infinity
  checkNumber(option, value, `a finite number of at least ${min}`, ok)
}

/** A number above 0 and at most 1. */
export function checkRatio(option: string, value: unknown): void {
  checkNumber(option, value, 'a ratio above 0 and at most 1', (n) => n > 0 && n <= 1)
}

/** A number from 0 to 1. */
export function checkJitter(option: string, value: unknown): void {
  checkNumber(option, value, 'a ratio from 0 to 1', (n) => n >= 0 && n <= 1)
}

export function checkFunction(option: string, value: unknown): void {
  check(typeof value === 'function', option, 'a function', value)
}

export function checkBoolean(option: string, value: unknown): void {
  check(typeof value === 'boolean', option, 'a boolean', value)
}

export function checkText(option: string, value: unknown): void {
  check(
    typeof value === 'string' && value !== '',
    option,
    'a non-empty string',
    value,
    value === '',
  )
}

/** Any object except null. */
export function checkObject(option: string, value: unknown): void {
  check(typeof value === 'object' && value !== null, option, 'an object', value)
}

/** Milliseconds that a JavaScript timer accepts. */
export function checkTimerMs(option: string, value: unknown): void {
  checkMs(option, value, MAX_TIMER_MS)
}

/** A time limit: milliseconds that a JavaScript timer accepts, or `Infinity` for none. */
export function checkTimeoutMs(option: string, value: unknown): void {
  if (value !== Infinity) checkTimerMs(option, value)
}

/** An object that has all of `methods`. */
export function checkMethods(...methods: string[]): Check {
  const expected = `an object with ${methods.join('() and ')}()`
  return (option, value) => {
    const object = value as Readonly<Record<string, unknown>> | null
    let ok = typeof value === 'object'
    for (const method of methods) ok &&= typeof object?.[method] === 'function'
    check(ok, option, expected, value)
  }
}

/**
 * An options object. An unknown key throws, because it is a typo. Checks each option that is
 * defined, and each `required` one also when it is undefined.
 */
export function checkOptions(
  owner: string,
  options: unknown,
  checks: Readonly<Record<string, Check>>,
  ...required: string[]
): void {
  checkObject(`${owner}: options`, options)
  const own = Object.keys(options as object)
  for (const key of own) {
    if (!Object.hasOwn(checks, key)) {
      check(false, `${owner}: each option`, `one of ${Object.keys(checks).join(', ')}`, key)
    }
  }
  // most options are missing, and an object literal inherits none
  const isLiteral = Object.getPrototypeOf(options) === Object.prototype
  checkEach(
    owner,
    options as object,
    checks,
    required,
    isLiteral ? [...required, ...own] : undefined,
  )
}

/** Checks those of `keys` that are defined, and the `required` ones also when undefined. */
export function checkEach(
  owner: string,
  values: Readonly<Record<string, unknown>> | object,
  checks: Readonly<Record<string, Check>>,
  required: readonly string[] = [],
  keys: readonly string[] = Object.keys(checks),
): void {
  for (const key of keys) {
    const value = (values as Record<string, unknown>)[key]
    if (value !== undefined || required.includes(key)) checks[key]?.(`${owner}: ${key}`, value)
  }
}
