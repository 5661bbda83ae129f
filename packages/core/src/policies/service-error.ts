import { httpStatusOf } from '../internal/http-status.ts'
import { read } from '../internal/read.ts'

/** Statuses of answers: redirects and errors of the caller, except 429 Too Many Requests. */
const isFailureStatus = (status: number): boolean => status < 300 || status > 499 || status === 429

// The names of throttling and transient errors of AWS, whose status is 400. From `@smithy/core`.
const AWS_RETRYABLE =
  /Throttl|SlowDown|TooManyRequests|RequestTimeout|PriorRequest|TransactionInProgress|ProvisionedThroughput|^(Bandwidth|Request)?LimitExceeded/

/**
 * Whether an error means that the service failed. `statuses` decides for an error that carries an HTTP
 * status. An error without a status, or whose status cannot be read, is a failure.
 */
export function isServiceError(error: unknown, statuses?: (status: number) => boolean): boolean {
  const status = httpStatusOf(error)
  if (status === undefined) return true
  if (statuses) return statuses(status)
  return (
    isFailureStatus(status) ||
    !!read(error, '$retryable') ||
    AWS_RETRYABLE.test(read(error, 'name') as string)
  )
}
