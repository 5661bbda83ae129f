/** Statuses of answers: redirects and errors of the caller, except 429 Too Many Requests. */
const isFailureStatus = (status: number): boolean => status < 300 || status > 499 || status === 429

// The names of throttling and transient errors of AWS, whose status is 400. From `@smithy/core`.
const AWS_RETRYABLE =
  /Throttl|SlowDown|TooManyRequests|RequestTimeout|PriorRequest|TransactionInProgress|ProvisionedThroughput|^(Bandwidth|Request)?LimitExceeded/

/** The members of errors of common HTTP clients that show what the service answered. */
interface ClientError {
  readonly name?: unknown
  readonly status?: unknown
  readonly statusCode?: unknown
  readonly response?: ClientError | null
  readonly $metadata?: { readonly httpStatusCode?: unknown } | null
  readonly $retryable?: unknown
}

const statusOf = (value: unknown): number | undefined =>
  Number.isInteger(value) && (value as number) >= 100 && (value as number) < 600
    ? (value as number)
    : undefined

/**
 * Whether an error means that the service failed. `statuses` decides for an error that carries an HTTP
 * status. An error whose properties cannot be read is a failure.
 */
export function isServiceError(error: unknown, statuses?: (status: number) => boolean): boolean {
  let status: number | undefined
  let retryable = false
  try {
    const client: ClientError = Object(error)
    const { response } = client
    status =
      statusOf(client.status) ??
      statusOf(client.statusCode) ??
      statusOf(response?.status) ??
      statusOf(response?.statusCode) ??
      statusOf(client.$metadata?.httpStatusCode)
    // Stryker disable next-line ConditionalExpression: an optimization; without a status it is not used
    if (status !== undefined) {
      retryable = !!client.$retryable || AWS_RETRYABLE.test(client.name as string)
    }
  } catch {} // a hostile error
  if (status === undefined) return true
  return statuses ? statuses(status) : retryable || isFailureStatus(status)
}
