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

function quote(value: unknown): string {
  try {
    const text = typeof value === 'number' ? String(value) : JSON.stringify(value)
    return text.slice(0, 100)
  } catch {
    return typeof value // JSON.stringify threw, or returned undefined
  }
}

/**
 * Checks an options object. An unknown key throws, because it is a typo. The message never quotes a
 * string that was passed instead of an object: it may be a URL with a password.
 *
 * @param known the names of the options, separated by spaces
 */
export function checkOptions(owner: string, options: unknown, known: string): void {
  const isObject = typeof options === 'object' && options !== null
  check(isObject, `${owner}: options`, 'an object', options && typeof options)
  const names = known.split(' ')
  for (const key of Object.keys(options)) {
    check(names.includes(key), `${owner}: each option`, `one of ${names.join(', ')}`, key)
  }
}

/** Checks for a number from `min` to `max`. */
export function checkRange(option: string, value: unknown, min: number, max: number): void {
  const isNumber = typeof value === 'number'
  const ok = isNumber && value >= min && value <= max
  check(ok, option, `a number from ${min} to ${max}`, value, isNumber)
}

export function checkFunction(option: string, value: unknown): void {
  check(typeof value === 'function', option, 'a function', value)
}

export function checkText(option: string, value: unknown): void {
  const isText = typeof value === 'string'
  check(isText && value !== '', option, 'a non-empty string', value, isText)
}

/** Checks for an object that has all of `methods`. */
export function checkMethods(option: string, value: unknown, ...methods: string[]): void {
  const object = Object(value) as Readonly<Record<string, unknown>>
  const ok = methods.every((method) => typeof object[method] === 'function')
  check(ok, option, `an object with ${methods.join('() and ')}()`, value)
}
