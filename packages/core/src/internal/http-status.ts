interface Carrier {
  readonly status?: unknown
  readonly statusCode?: unknown
  readonly response?: Carrier | null
  readonly $metadata?: { readonly httpStatusCode?: unknown } | null
}

const statusIn = (value: unknown): number | undefined =>
  Number.isInteger(value) && (value as number) >= 100 && (value as number) < 600
    ? (value as number)
    : undefined

/**
 * The HTTP status that an error of a common HTTP client carries. Undefined without one, and when a
 * property cannot be read.
 */
export function httpStatusOf(error: unknown): number | undefined {
  try {
    // each by its name: engines read them faster than by a variable, and every failed call is asked
    const { status, statusCode, response, $metadata } = Object(error) as Carrier
    return (
      statusIn(status) ??
      statusIn(statusCode) ??
      statusIn(response?.status) ??
      statusIn(response?.statusCode) ??
      statusIn($metadata?.httpStatusCode) // of AWS
    )
  } catch {
    return undefined
  }
}
