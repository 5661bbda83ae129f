import type { CallOptions, SyncCallOptions } from './call-options.ts'
import { check } from './validation.ts'

// Parameters are read off the function alone: a fallback that names an optional one would make it a
// required one. NoInfer cannot say so of rest parameters.
type Given<Args extends unknown[]> = Args extends unknown ? Args : never

/** Guards a function, or a method when used as a decorator. */
export interface Wrap {
  <This, Args extends unknown[], R>(
    fn: (this: This, ...args: Args) => R,
    context: ClassMethodDecoratorContext<This>,
  ): (this: This, ...args: Args) => Promise<Awaited<R>>
  <This, Args extends unknown[], R, F = Awaited<R>>(
    fn: (this: This, ...args: Args) => R,
    options?: CallOptions<F, Given<Args>>,
  ): (this: This, ...args: Args) => Promise<Awaited<R> | F>
}

/** Guards a function that returns at once, or such a method when used as a decorator. */
export interface WrapSync {
  <This, Args extends unknown[], R>(
    fn: (this: This, ...args: Args) => R,
    context: ClassMethodDecoratorContext<This>,
  ): (this: This, ...args: Args) => R
  <This, Args extends unknown[], R, F = R>(
    fn: (this: This, ...args: Args) => R,
    options?: SyncCallOptions<F, Given<Args>>,
  ): (this: This, ...args: Args) => R | F
}

/** The second argument of `wrap`: options, or the context when it is used as a decorator. */
export function optionsOf<O extends object>(
  owner: string,
  value: O | ClassMethodDecoratorContext<never>,
): O | Record<never, never> {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return value
  check(value.kind === 'method', `${owner}: decorated member`, 'a method', value.kind)
  return {}
}

/** Gives a guarded function the name and length of the one it guards. */
export function named<F extends (...args: never[]) => unknown>(
  fn: (...args: never[]) => unknown,
  guarded: F,
): F {
  for (const key of ['name', 'length'] as const) {
    Object.defineProperty(guarded, key, { value: fn[key], configurable: true })
  }
  return guarded
}
