/**
 * Throws when an option does not hold: a `TypeError` when it is of the wrong kind, a `RangeError`
 * when only its value is wrong. The words are those of core.
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

/** An options object without a key that nobody reads: a typo is told, not ignored. */
export function checkOptions(owner: string, options: unknown, known: string): void {
  check(typeof options === 'object' && options !== null, `${owner}: options`, 'an object', options)
  const names = known.split(' ')
  for (const key of Object.keys(options)) {
    check(names.includes(key), `${owner}: each option`, `one of ${names.join(', ')}`, key)
  }
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
