/**
 * Throws when an option is invalid: a `TypeError` when its type is wrong, a `RangeError` when only
 * its value is (`rightType`). The messages have the form of those of core.
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

/** Throws for an unknown key: a typo must not be ignored. `known` is separated by spaces. */
export function checkOptions(owner: string, options: unknown, known: string): void {
  const isObject = typeof options === 'object' && options !== null
  check(isObject, `${owner}: options`, 'an object', typeOfSecret(options))
  const names = known.split(' ')
  for (const key of Object.keys(options)) {
    check(names.includes(key), `${owner}: each option`, `one of ${names.join(', ')}`, key)
  }
}

/**
 * What an error may quote of a value at a place where a secret can be: the type of a text or an object,
 * any other value as it is.
 */
export function typeOfSecret(value: unknown): unknown {
  const canBeSecret = typeof value === 'string' || (typeof value === 'object' && value !== null)
  return canBeSecret ? typeof value : value
}

function quote(value: unknown): string {
  if (typeof value === 'function') return `function ${value.name || '(anonymous)'}`
  if (typeof value !== 'string' && (typeof value !== 'object' || value === null)) {
    return String(value)
  }
  try {
    return (JSON.stringify(value) ?? 'an object').slice(0, 100)
  } catch {
    return 'an object'
  }
}
