/**
 * Caches the last result of a pure function while every argument is identical, so that unchanged
 * results are neither computed nor rendered again.
 */
export function memo<Args extends readonly unknown[], R>(
  compute: (...args: Args) => R,
): (...args: Args) => R {
  let last: { readonly args: Args; readonly result: R } | undefined
  return (...args) => {
    if (last === undefined || args.some((arg, index) => !Object.is(arg, last?.args[index]))) {
      last = { args, result: compute(...args) }
    }
    return last.result
  }
}
