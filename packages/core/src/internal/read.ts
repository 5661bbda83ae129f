/** The property of a value. Undefined when it cannot be read, for example of null or a revoked proxy. */
export function read(value: unknown, key: PropertyKey): unknown {
  try {
    return (value as Readonly<Record<PropertyKey, unknown>>)[key]
  } catch {
    return undefined
  }
}
