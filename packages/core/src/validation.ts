/** The longest time a JavaScript timer can wait, in ms; anything longer would fire at once. */
export const MAX_TIMER_MS = 2_147_483_647

/** Renders a rejected value as it stands in an error message. */
export function quote(value: unknown): string {
  if (typeof value === 'function') return `function ${value.name || '(anonymous)'}`
  if (typeof value !== 'string' && (typeof value !== 'object' || value === null)) {
    return String(value)
  }
  try {
    const json = JSON.stringify(value).slice(0, 100)
    // a promise where a function is wanted, the commonest mistake, shows nothing of itself
    return json === '{}' && value.constructor !== Object ? value.constructor.name : json
  } catch {
    return 'an object' // also what has no JSON
  }
}

/**
 * Throws when an option does not hold: a `TypeError` when it is of the wrong kind, a `RangeError`
 * when only its value is wrong.
 */
export function check(
  ok: boolean,
  option: string,
  expected: string,
  value: unknown,
  rightType = false,
): asserts ok {
  if (ok) return
  const message = `${option} must be ${expected}, got ${quote(value)}`
  throw rightType ? new RangeError(message) : new TypeError(message)
}

function checkNumber(
  option: string,
  value: unknown,
  expected: string,
  ok: (value: number) => boolean,
): asserts value is number {
  check(typeof value === 'number' && ok(value), option, expected, value, typeof value === 'number')
}

/** A whole number from 1 to `max`. */
export function checkCount(option: string, value: unknown, max = Number.MAX_SAFE_INTEGER): void {
  checkNumber(
    option,
    value,
    `a whole number from 1${max < Number.MAX_SAFE_INTEGER ? ` to ${max}` : ''}`,
    (n) => Number.isInteger(n) && n >= 1 && n <= max,
  )
}

/** A finite number of milliseconds above 0, and at most `max`. */
export function checkMs(option: string, value: unknown, max = Number.MAX_VALUE): void {
  checkNumber(
    option,
    value,
    `a number of milliseconds above 0${max < Number.MAX_VALUE ? ` and at most ${max}` : ''}`,
    (n) => n > 0 && n <= max,
  )
}

/** A finite number of at least `min`. */
export function checkAtLeast(option: string, value: unknown, min: number): void {
  checkNumber(
    option,
    value,
    `a finite number of at least ${min}`,
    (n) => n >= min && n <= Number.MAX_VALUE,
  )
}

/** A number above 0 and at most 1. */
export function checkRatio(option: string, value: unknown): void {
  checkNumber(option, value, 'a ratio above 0 and at most 1', (n) => n > 0 && n <= 1)
}

/** A number from 0 to 1: the share by which a delay may be moved either way. */
export function checkJitter(option: string, value: unknown): void {
  checkNumber(option, value, 'a ratio from 0 to 1', (n) => n >= 0 && n <= 1)
}

export function checkFunction(option: string, value: unknown): void {
  check(typeof value === 'function', option, 'a function', value)
}

export function checkText(option: string, value: unknown): void {
  check(
    typeof value === 'string' && value !== '',
    option,
    'a non-empty string',
    value,
    typeof value === 'string',
  )
}

/** Any object; null is none. */
export function checkObject(option: string, value: unknown): void {
  check(typeof value === 'object' && value !== null, option, 'an object', value)
}

/** An object that has all of `methods`; null is none. */
export function checkMethods(option: string, value: unknown, ...methods: string[]): void {
  let ok = typeof value === 'object' && value !== null
  for (const method of methods) {
    ok &&= typeof (value as Record<string, unknown>)[method] === 'function'
  }
  if (!ok) check(false, option, `an object with ${methods.join('() and ')}()`, value)
}

/** An options object, or nothing, without a key that nobody reads: a typo is told, not ignored. */
export function checkOptions(owner: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null) {
    check(false, `${owner}: options`, 'an object', options)
  }
  for (const key of Object.keys(options as object)) {
    if (!known.includes(key)) {
      check(false, `${owner}: each option`, `one of ${known.join(', ')}`, key)
    }
  }
}
