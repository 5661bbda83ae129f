/** What has a `then` and is no promise: a query builder, the promise of another library. */
export function thenable<T>(value: T): PromiseLike<T> {
  // biome-ignore lint/suspicious/noThenProperty: to have one is its whole point
  return { then: (resolve, reject) => Promise.resolve(value).then(resolve, reject) }
}
