import { type Check, check, checkFunction, checkOptions } from '../internal/validation.ts'
import type { CallOptions, SyncCallOptions } from '../model/call-options.ts'

// Infers parameters from the function alone. Otherwise a fallback that names an optional parameter
// would make it required. `NoInfer` does not work for rest parameters.
type NoInferArgs<Args extends unknown[]> = Args extends unknown ? Args : never

/** Guards a function, or a method when used as a decorator. */
export interface Wrap {
  <This, Args extends unknown[], R>(
    fn: (this: This, ...args: Args) => R,
    context: ClassMethodDecoratorContext<This>,
  ): (this: This, ...args: Args) => Promise<Awaited<R>>
  <This, Args extends unknown[], R, F = Awaited<R>>(
    fn: (this: This, ...args: Args) => R,
    options?: CallOptions<F, NoInferArgs<Args>>,
  ): (this: This, ...args: Args) => Promise<Awaited<R> | F>
}

/** Guards a synchronous function, or a synchronous method when used as a decorator. */
export interface WrapSync {
  <This, Args extends unknown[], R>(
    fn: (this: This, ...args: Args) => R,
    context: ClassMethodDecoratorContext<This>,
  ): (this: This, ...args: Args) => R
  <This, Args extends unknown[], R, F = R>(
    fn: (this: This, ...args: Args) => R,
    options?: SyncCallOptions<F, NoInferArgs<Args>>,
  ): (this: This, ...args: Args) => R | F
}

/**
 * Creates the guarded version of `fn`, with the same `this`, name and length. Each call goes through
 * `call`.
 *
 * @throws TypeError or RangeError when `fn` is not a function or an option is invalid
 */
export function guarded<This, Args extends unknown[], R, O extends object, Out>(
  owner: 'wrap' | 'wrapSync',
  checks: Readonly<Record<string, Check>>,
  fn: (this: This, ...args: Args) => R,
  optionsOrContext: O | ClassMethodDecoratorContext<never>,
  call: (fn: () => R, options: O | Record<never, never>, args: Args) => Out,
): (this: This, ...args: Args) => Out {
  checkFunction(`${owner}: fn`, fn)
  const { kind } = Object(optionsOrContext) as { readonly kind?: string }
  if (kind === undefined) checkOptions(owner, optionsOrContext, checks)
  else check(kind === 'method', `${owner}: decorated member`, 'a method', kind)
  const options = kind === undefined ? (optionsOrContext as O) : {}
  const wrapper = function (this: This, ...args: Args) {
    return call(() => fn.apply(this, args), options, args)
  }
  for (const key of ['name', 'length'] as const) {
    Object.defineProperty(wrapper, key, { value: fn[key], configurable: true })
  }
  return wrapper
}
