/** An object with this `then` that is no Promise, as query builders and other promise libraries return. */
export function thenableWith<T>(then: PromiseLike<T>['then']): PromiseLike<T>
export function thenableWith(then: unknown): unknown {
  return Object.defineProperty({}, 'then', { value: then })
}

/** A thenable that fulfils with `value`. */
export function thenable<T>(value: T): PromiseLike<T> {
  return thenableWith<T>((resolve, reject) => Promise.resolve(value).then(resolve, reject))
}
