/** Statuses of answers: redirects and errors of the caller, except 429 Too Many Requests. */
export const isFailureStatus = (status: number): boolean =>
  status < 300 || status > 499 || status === 429

// The names that the AWS SDK retries, although their status is 400. From `@smithy/core`.
const AWS_RETRYABLE =
  /Throttl|^(BandwidthLimitExceeded|(Limit|ProvisionedThroughput)ExceededException|PriorRequestNotComplete|Request(LimitExceeded|Timeout(Exception)?)|SlowDown|TimeoutError|TooManyRequestsException|TransactionInProgressException)$/

/** The members of errors of common HTTP clients that show what the service answered. */
interface ClientError {
  readonly name?: unknown
  readonly status?: unknown
  readonly statusCode?: unknown
  readonly response?: { readonly status?: unknown; readonly statusCode?: unknown } | null
  readonly $metadata?: { readonly httpStatusCode?: unknown } | null
  readonly $retryable?: unknown
}

function statusOf({ status, statusCode, response, $metadata }: ClientError): number | undefined {
  const candidates = [
    status,
    statusCode,
    response?.status,
    response?.statusCode,
    $metadata?.httpStatusCode,
  ]
  return candidates.find(
    (value): value is number =>
      Number.isInteger(value) && Number(value) >= 100 && Number(value) < 600,
  )
}

/**
 * Whether an error means that the service failed. `statuses` decides for an error that carries an HTTP
 * status. An error whose properties cannot be read is a failure.
 */
export function isServiceError(error: unknown, statuses?: (status: number) => boolean): boolean {
  let status: number | undefined
  let retryable = false
  try {
    const clientError: ClientError = Object(error)
    status = statusOf(clientError)
    retryable =
      status !== undefined &&
      (!!clientError.$retryable || AWS_RETRYABLE.test(String(clientError.name)))
  } catch {
    return true // a hostile error
  }
  if (status === undefined) return true
  return statuses ? statuses(status) : retryable || isFailureStatus(status)
}
