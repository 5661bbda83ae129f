import type { Action, OpossumLike, OpossumOptions } from './opossum-adapter.ts'

export type Create = (action: Action, options?: OpossumOptions) => OpossumLike

export const pass = async (value: unknown) => value
export const fail = async () => {
  throw new Error('down')
}
export const failing = (breaker: OpossumLike) =>
  breaker.fire().then(undefined, (error: unknown) => error)

/** The events of a breaker, in order. */
export function record(breaker: OpossumLike, ...events: string[]): string[] {
  const seen: string[] = []
  for (const event of events) breaker.on(event, () => void seen.push(event))
  return seen
}
export const ALL = [
  'fire',
  'success',
  'failure',
  'timeout',
  'reject',
  'fallback',
  'open',
  'close',
  'halfOpen',
]
