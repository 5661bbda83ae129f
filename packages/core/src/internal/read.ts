/** The property of a value. Undefined when it cannot be read, for example of null or a revoked proxy. */
export function read(value: unknown, key: PropertyKey): unknown {
  try {
    // a TypeError would be expensive
    return (value as Readonly<Record<PropertyKey, unknown>> | null | undefined)?.[key]
  } catch {
    return undefined
  }
}
