import { readFile as readWithCallback } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { Pool, QueryResult } from 'pg'
import { expectTypeOf, test } from 'vitest'
import { CircuitBreaker } from '../circuit-breaker.ts'

const breaker = new CircuitBreaker({ name: 'x' })

// The types only: nothing here runs.

test('wrap keeps the overloads of pool.query', () => {
  const pool: Pool = undefined as never
  const query = breaker.wrap(pool.query.bind(pool) as Pool['query'], { timeoutMs: 5 })
  expectTypeOf(query).toEqualTypeOf<Pool['query']>()
  expectTypeOf(query<{ id: number }>('select 1')).toEqualTypeOf<
    Promise<QueryResult<{ id: number }>>
  >()
})

test('wrap keeps the overloads of readFile', () => {
  const read = breaker.wrap(readFile)
  expectTypeOf(read('a')).toEqualTypeOf<Promise<NonSharedBuffer>>()
  expectTypeOf(read('a', 'utf8')).toEqualTypeOf<Promise<string>>()
})

/** The overloads of `S3Client.send`, without its commands. */
interface Send {
  <In, Out>(command: Command<In, Out>, options?: { requestTimeout?: number }): Promise<Out>
  <In, Out>(command: Command<In, Out>, cb: (err: unknown, data?: Out) => void): void
  <In, Out>(
    command: Command<In, Out>,
    options: { requestTimeout?: number },
    cb: (err: unknown, data?: Out) => void,
  ): void
}
interface Command<In, Out> {
  readonly input: In
  resolve(): Out
}

test('wrap keeps the overloads of the send of an AWS client', () => {
  const send: Send = undefined as never
  const command: Command<string, { etag: string }> = undefined as never
  expectTypeOf(breaker.wrap(send)(command)).toEqualTypeOf<Promise<{ etag: string }>>()
})

test('wrap keeps type parameters, optional parameters and this', () => {
  const load = breaker.wrap(async <T>(key: string, fallback?: T) => ({ key, fallback }))
  expectTypeOf(load<number>('a')).toEqualTypeOf<
    Promise<{ key: string; fallback: number | undefined }>
  >()
  const bound = breaker.wrap(async function (this: { rate: number }, amount: number) {
    return this.rate * amount
  })
  // @ts-expect-error this must have a rate
  bound.call({}, 5)
})

test('wrap makes a function that returns no promise asynchronous', () => {
  expectTypeOf(breaker.wrap((a: number) => a)(1)).toEqualTypeOf<Promise<number>>()
  const either = breaker.wrap((a: number): number | Promise<string> => a)
  expectTypeOf(either(1)).toEqualTypeOf<Promise<number | string>>()
  expectTypeOf(breaker.wrap((_note: string) => {})('a')).toEqualTypeOf<Promise<void>>()
})

test('a fallback adds its type to the result', () => {
  const load = breaker.wrap(async (_key: string, _size?: number) => 5, {
    fallback: (_error, key) => key,
  })
  expectTypeOf(load('a')).toEqualTypeOf<Promise<number | string>>()
  expectTypeOf(load).parameters.toEqualTypeOf<[_key: string, _size?: number | undefined]>()
})

test('wrap refuses a function that takes a callback', () => {
  // @ts-expect-error promisify it first
  breaker.wrap(readWithCallback)
  // @ts-expect-error the last parameter is a callback
  breaker.wrap((_a: number, _done?: (error: Error | null) => void): void => {})
  breaker.wrap((_each: (n: number) => void, _a: number): void => {})
  breaker.wrap(async (_each: (n: number) => void) => {})
  breaker.wrap((_each: (n: number) => number) => 5)
})

test('wrap and wrapSync are legacy decorators of methods', () => {
  const pay: TypedPropertyDescriptor<(amount: number) => Promise<string>> = {}
  expectTypeOf(breaker.wrap({}, 'pay', pay)).toEqualTypeOf<typeof pay>()
  const price: TypedPropertyDescriptor<(amount: number) => number> = {}
  expectTypeOf(breaker.wrapSync({}, 'price', price)).toEqualTypeOf<typeof price>()
  // @ts-expect-error the method must return a promise
  breaker.wrap({}, 'price', price)
})

test('wrapSync keeps the type of a function', () => {
  const parse = breaker.wrapSync(<T>(text: T) => [text])
  expectTypeOf(parse('a')).toEqualTypeOf<string[]>()
  const withFallback = breaker.wrapSync((_a: number) => 'a', { fallback: () => 5 })
  expectTypeOf(withFallback(1)).toEqualTypeOf<string | number>()
})
