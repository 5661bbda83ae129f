import { read } from './read.ts'

const isStatus = (value: unknown): value is number =>
  Number.isInteger(value) && (value as number) >= 100 && (value as number) < 600

/** The HTTP status that an error of a common HTTP client carries; undefined for none. */
export function httpStatusOf(error: unknown): number | undefined {
  const response = read(error, 'response')
  return [
    read(error, 'status'),
    read(error, 'statusCode'),
    read(response, 'status'),
    read(response, 'statusCode'),
    read(read(error, '$metadata'), 'httpStatusCode'), // of AWS
  ].find(isStatus)
}
