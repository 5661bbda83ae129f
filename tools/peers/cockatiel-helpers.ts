import type { CockatielLike, CockatielOptions } from './cockatiel-adapter.ts'

export type Create = (options: CockatielOptions) => CockatielLike

export class Handled extends Error {}

export const consecutive = (more: Partial<CockatielOptions> = {}): CockatielOptions => ({
  handle: Handled,
  halfOpenAfter: 1_000,
  breaker: { consecutive: 2 },
  ...more,
})
export const fail = (breaker: CockatielLike, error: Error = new Handled()) =>
  breaker.execute(() => Promise.reject(error)).catch((thrown: unknown) => thrown)
export const succeed = (breaker: CockatielLike) => breaker.execute(() => 1)

export async function opened(breaker: CockatielLike): Promise<CockatielLike> {
  await fail(breaker)
  await fail(breaker)
  return breaker
}

export function events(breaker: CockatielLike): string[] {
  const seen: string[] = []
  breaker.on((event) => void seen.push(event))
  return seen
}
