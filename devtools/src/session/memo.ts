/**
 * Remembers the last answer of a pure function, and gives it again while every argument is the
 * same: so that what nobody changed is not computed, nor drawn, again.
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
