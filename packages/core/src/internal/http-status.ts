import { read } from './read.ts'

const statusIn = (value: unknown): number | undefined =>
  Number.isInteger(value) && (value as number) >= 100 && (value as number) < 600
    ? (value as number)
    : undefined

/** The HTTP status that an error of a common HTTP client carries; undefined for none. */
export function httpStatusOf(error: unknown): number | undefined {
  const response = read(error, 'response')
  return (
    statusIn(read(error, 'status')) ??
    statusIn(read(error, 'statusCode')) ??
    statusIn(read(response, 'status')) ??
    statusIn(read(response, 'statusCode')) ??
    statusIn(read(read(error, '$metadata'), 'httpStatusCode')) // of AWS
  )
}
