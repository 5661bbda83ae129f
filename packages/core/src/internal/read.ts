/** The property of a value. Undefined when it cannot be read, for example of null or a revoked proxy. */
export function read(value: unknown, key: PropertyKey): unknown {
  try {
    // null and undefined are frequent, and to throw and catch a TypeError takes microseconds
    return (value as Readonly<Record<PropertyKey, unknown>> | null | undefined)?.[key]
  } catch {
    return undefined
  }
}
