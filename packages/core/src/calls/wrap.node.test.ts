import 'reflect-metadata'
import { transformSync } from 'esbuild'
import { expect, test } from 'vitest'
import { CircuitBreaker } from '../circuit-breaker.ts'

const SOURCE = `
const route = (path) => (target, key, descriptor) =>
  Reflect.defineMetadata('path', path, descriptor.value)

class Bank {
  rate = 2
  @breaker.wrap @route('/pay') async pay(amount: number) { return this.rate * amount }
  @breaker.wrapSync price(amount: number) { return this.rate * amount }
  @wrap static async ping() { return 'pong' }
}
Bank
`

/** Compiles with `experimentalDecorators`, as Nest and Angular do. */
function compile(breaker: CircuitBreaker) {
  const tsconfigRaw = { compilerOptions: { experimentalDecorators: true } }
  const { code } = transformSync(SOURCE, { loader: 'ts', tsconfigRaw })
  const body = code.replace(/Bank;\s*$/, 'return Bank')
  return new Function('breaker', 'wrap', body)(breaker, breaker.wrap)
}

test('wrap() and wrapSync() decorate methods with experimentalDecorators', async () => {
  const breaker = new CircuitBreaker({ name: 'bank' })
  const Bank = compile(breaker)
  const bank = new Bank()
  expect([await bank.pay(3), bank.price(4), await Bank.ping()]).toEqual([6, 8, 'pong'])
  expect(breaker.snapshot().metrics.total).toBe(3)
  breaker.forceOpen()
  await expect(bank.pay(3)).rejects.toMatchObject({ circuitName: 'bank' })
})

test('a decorated method keeps the metadata of the decorators below', () => {
  const Bank = compile(new CircuitBreaker({ name: 'bank' }))
  expect(Reflect.getMetadata('path', Bank.prototype.pay)).toBe('/pay')
})

/** A function that answers each property with such a function, as Comlink and RPC clients do. */
const remote = (path: string): (() => string) =>
  new Proxy(() => path, {
    get: (_, key) => (key === 'toString' ? fail : remote(`${path}.${String(key)}`)),
  })

const fail = () => {
  throw new Error('not a string')
}

test('wrap() calls a proxy of a function, whatever properties it has', async () => {
  const breaker = new CircuitBreaker({ name: 'remote' })
  await expect(breaker.wrap(remote('api'))()).resolves.toBe('api')
})
