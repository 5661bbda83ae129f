/** A promise with its `resolve` and `reject` as methods. */
export class Deferred<T = void> {
  resolve: (value: T) => void = () => {}
  reject: (error: unknown) => void = () => {}
  readonly promise = new Promise<T>((resolve, reject) => {
    this.resolve = resolve
    this.reject = reject
  })
}
