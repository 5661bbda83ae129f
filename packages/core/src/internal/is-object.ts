/** Whether a value is an object or a function. `Object(value) === value` allocates an object for others. */
export function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function'
}
