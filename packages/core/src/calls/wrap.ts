import { type Check, check, checkFunction, checkOptions } from '../internal/validation.ts'
import type { CallOptions, SyncCallOptions } from '../model/call-options.ts'

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

/**
 * A guarded version of `fn`, with its `this`, name and length: each call of it is handed to `call`.
 *
 * @throws TypeError or RangeError when `fn` is no function or an option is wrong
 */
export function guarded<This, Args extends unknown[], R, O extends object, Out>(
  owner: 'wrap' | 'wrapSync',
  checks: Readonly<Record<string, Check>>,
  fn: (this: This, ...args: Args) => R,
  given: O | ClassMethodDecoratorContext<never>,
  call: (fn: () => R, options: O | Record<never, never>, args: Args) => Out,
): (this: This, ...args: Args) => Out {
  checkFunction(`${owner}: fn`, fn)
  const { kind } = Object(given) as { readonly kind?: string }
  if (kind === undefined) checkOptions(owner, given, checks)
  else check(kind === 'method', `${owner}: decorated member`, 'a method', kind)
  const options = kind === undefined ? (given as O) : {}
  const wrapper = function (this: This, ...args: Args) {
    return call(() => fn.apply(this, args), options, args)
  }
  for (const key of ['name', 'length'] as const) {
    Object.defineProperty(wrapper, key, { value: fn[key], configurable: true })
  }
  return wrapper
}
