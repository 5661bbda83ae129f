import { type Check, check, checkFunction, checkOptions } from '../internal/validation.ts'
import type { CallOptions, SyncCallOptions } from '../model/call-options.ts'

// Infers parameters from the function alone. Otherwise a fallback that names an optional parameter
// would make it required. `NoInfer` does not work for rest parameters.
type NoInferArgs<Args extends unknown[]> = Args extends unknown ? Args : never

type AnyFunction = (...args: never[]) => unknown

/**
 * A type that no function has, when `Args` and `R` are those of a function that takes a callback. Such
 * a function returns before its work has ended, so its outcome would always be a success.
 */
type NoCallback<Args extends unknown[], R> = unknown extends R
  ? unknown
  : [R] extends [ReturnType<() => void>]
    ? Required<Args> extends [...unknown[], infer Last]
      ? [NonNullable<Last>] extends [AnyFunction]
        ? { readonly error: 'the function must return a promise instead of calling a callback' }
        : unknown
      : unknown
    : unknown

/** Guards a function, or a method when used as a decorator. */
export interface Wrap {
  /** A standard method decorator. */
  <This, Args extends unknown[], R>(
    fn: ((this: This, ...args: Args) => R) & NoCallback<Args, R>,
    context: ClassMethodDecoratorContext<This>,
  ): (this: This, ...args: Args) => Promise<Awaited<R>>
  /** A method decorator of TypeScript's `experimentalDecorators`. */
  <F extends (...args: never[]) => PromiseLike<unknown>>(
    target: object,
    key: string | symbol,
    descriptor: TypedPropertyDescriptor<F>,
  ): TypedPropertyDescriptor<F>
  /** A function that returns a promise keeps its type, with its overloads and type parameters. */
  <F extends (...args: never[]) => PromiseLike<unknown>>(
    fn: F,
    options?: Omit<CallOptions, 'fallback'> & { readonly fallback?: undefined },
  ): F
  <This, Args extends unknown[], R, F = Awaited<R>>(
    fn: ((this: This, ...args: Args) => R) & NoCallback<Args, R>,
    options?: CallOptions<F, NoInferArgs<Args>>,
  ): (this: This, ...args: Args) => Promise<Awaited<R> | F>
}

/** Guards a synchronous function, or a synchronous method when used as a decorator. */
export interface WrapSync {
  /** A standard method decorator. */
  <This, Args extends unknown[], R>(
    fn: (this: This, ...args: Args) => R,
    context: ClassMethodDecoratorContext<This>,
  ): (this: This, ...args: Args) => R
  /** A method decorator of TypeScript's `experimentalDecorators`. */
  <F extends AnyFunction>(
    target: object,
    key: string | symbol,
    descriptor: TypedPropertyDescriptor<F>,
  ): TypedPropertyDescriptor<F>
  /** A function keeps its type, with its overloads and type parameters. */
  <F extends AnyFunction>(
    fn: F,
    options?: Omit<SyncCallOptions<unknown>, 'fallback'> & { readonly fallback?: undefined },
  ): F
  <This, Args extends unknown[], R, F = R>(
    fn: (this: This, ...args: Args) => R,
    options?: SyncCallOptions<F, NoInferArgs<Args>>,
  ): (this: This, ...args: Args) => R | F
}

/** Calls `fn` through a breaker. */
type Guard = (fn: () => unknown, options: object, args: unknown[]) => unknown

type Method = (this: unknown, ...args: unknown[]) => unknown

/**
 * Creates the guarded version of a function; as a decorator, that of a method. `args` are those of
 * `wrap`: a function with options, a method with its context, or the three of a legacy decorator.
 *
 * @throws TypeError or RangeError when the function or an option is invalid
 */
export function guarded(
  owner: 'wrap' | 'wrapSync',
  checks: Readonly<Record<string, Check>>,
  args: readonly unknown[],
  guard: Guard,
): unknown {
  const [fn, second = {}, descriptor] = args
  if (args.length > 2) {
    const { value } = Object(descriptor) as PropertyDescriptor
    checkMethod(owner, typeof value === 'function', descriptor)
    return { ...(descriptor as PropertyDescriptor), value: wrapper(owner, value, {}, guard) }
  }
  checkFunction(`${owner}: fn`, fn)
  const { kind } = Object(second) as { readonly kind?: string }
  if (kind === undefined) checkOptions(owner, second, checks)
  else checkMethod(owner, kind === 'method', kind)
  return wrapper(owner, fn as Method, kind === undefined ? (second as object) : {}, guard)
}

function checkMethod(owner: string, ok: boolean, value: unknown): void {
  check(ok, `${owner}: decorated member`, 'a method', value)
}

function wrapper(owner: string, fn: Method, options: object, guard: Guard): Method {
  // a stream is not over when the function returns: its outcome is unknown by then
  const { [Symbol.toStringTag]: tag } = fn as { [Symbol.toStringTag]?: unknown }
  const expected = 'no generator function (use acquire())'
  check(!/Generator/.test(String(tag)), `${owner}: fn`, expected, fn)
  const wrapped: Method = function (...args) {
    return guard(() => Reflect.apply(fn, this, args), options, args)
  }
  for (const key of ['name', 'length'] as const) {
    Object.defineProperty(wrapped, key, { value: fn[key], configurable: true })
  }
  // inherits the properties of `fn`, and its metadata, which frameworks with decorators keep
  return Object.setPrototypeOf(wrapped, fn)
}
