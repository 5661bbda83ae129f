import { assert } from 'chai'

/** A promise that is settled from outside. */
export class Deferred<T = void> {
  resolve: (value: T) => void = () => {}
  reject: (error: unknown) => void = () => {}
  readonly promise = new Promise<T>((resolve, reject) => {
    this.resolve = resolve
    this.reject = reject
  })
}

/** Lets promises that are settled, and those that hang on them, take their turn. */
export async function microtasks(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await undefined
}

/** Waits by the real clock. */
export function sleep(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms))
}

/** What `promise` rejects with; a promise that does not reject fails the case. */
export async function rejection(promise: PromiseLike<unknown>): Promise<unknown> {
  let value: unknown
  try {
    value = await promise
  } catch (error) {
    return error
  }
  return assert.fail(`resolved with ${String(value)} instead of rejecting`)
}

/** What `run` throws; a function that returns fails the case. */
export function thrown(run: () => unknown): unknown {
  let value: unknown
  try {
    value = run()
  } catch (error) {
    return error
  }
  return assert.fail(`returned ${String(value)} instead of throwing`)
}

/** No promise, but with a `then` of its own. */
export function thenable<T>(then: PromiseLike<T>['then']): PromiseLike<T>
export function thenable(then: unknown): unknown {
  return Object.defineProperty({}, 'then', { value: then })
}
