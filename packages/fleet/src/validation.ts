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
  const quoted = typeof value === 'string' ? JSON.stringify(value) : String(value)
  const ErrorType = rightType ? RangeError : TypeError
  throw new ErrorType(`${option} must be ${expected}, got ${quoted}`)
}

/** A number from `min` to `max`. */
export function checkRange(option: string, value: unknown, min: number, max: number): void {
  const isNumber = typeof value === 'number'
  const ok = isNumber && value >= min && value <= max
  check(ok, option, `a number from ${min} to ${max}`, value, isNumber)
}

export function checkFunction(option: string, value: unknown): void {
  check(typeof value === 'function', option, 'a function', value)
}
