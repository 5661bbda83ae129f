import { assert } from 'chai'
import { cases } from '../conformance-case.ts'
import { rejection, thrown } from '../promises.ts'
import { Rig } from '../rig.ts'

/** What a compiler hands a standard method decorator, as far as the breaker cares. */
const decorating = (kind: string) => ({ kind, name: 'pay' }) as never

export const wrapCases = cases('4. wrap', {
  'wrap() takes the same parameters and keeps this': async (s) => {
    const { breaker } = new Rig(s)
    const shop = {
      rate: 2,
      price: breaker.wrap(async function (this: { rate: number }, a: number, b: number) {
        return this.rate * (a + b)
      }),
    }
    assert.strictEqual(await shop.price(3, 4), 14)
    assert.strictEqual(breaker.snapshot().metrics.total, 1)
  },
  'wrap() keeps name and length': (s) => {
    const { breaker } = new Rig(s)
    function pay(_order: string, _amount: number) {}
    assert.strictEqual(breaker.wrap(pay).name, pay.name)
    assert.strictEqual(breaker.wrap(pay).length, 2)
    assert.strictEqual(breaker.wrapSync(pay).length, 2)
  },
  'wrap() of a function that returns at once gives a promise': async (s) => {
    const { breaker } = new Rig(s)
    const promise = breaker.wrap((a: number) => a + 1)(1)
    assert.instanceOf(promise, Promise)
    assert.strictEqual(await promise, 2)
  },
  'wrap() rejects with the very error, and when the circuit is open': async (s) => {
    const { breaker } = new Rig(s)
    const error = new Error('down')
    const pay = breaker.wrap(async () => {
      throw error
    })
    for (let i = 0; i < 3; i++) assert.strictEqual(await rejection(pay()), error)
    assert.isTrue(s.core.isCallNotPermitted(await rejection(pay())))
  },
  'wrap() hands its fallback the error and the arguments': async (s) => {
    const { breaker } = new Rig(s)
    const error = new Error('down')
    const pay = breaker.wrap(
      async (_a: number, _b: string): Promise<unknown[]> => {
        throw error
      },
      { fallback: (...given) => given },
    )
    assert.deepEqual(await pay(1, 'two'), [error, 1, 'two'])
  },
  'wrap() holds each call to its time limit': async (s) => {
    const { breaker } = new Rig(s)
    const hang = breaker.wrap(() => new Promise(() => {}), { timeoutMs: 5 })
    assert.instanceOf(await rejection(hang()), s.core.TimeoutError)
    assert.instanceOf(await rejection(hang()), s.core.TimeoutError)
  },
  'wrap() is a standard method decorator': async (s) => {
    const { breaker } = new Rig(s)
    class Client {
      rate = 3
      async pay(amount: number) {
        return this.rate * amount
      }
    }
    const { wrap } = breaker // a compiler may well call it without its breaker
    const { pay } = Client.prototype
    Client.prototype.pay = wrap(pay, decorating('method'))
    assert.strictEqual(await new Client().pay(2), 6)
    assert.strictEqual(breaker.snapshot().metrics.total, 1)
  },
  'wrap() decorates methods only': (s) => {
    const { breaker } = new Rig(s)
    for (const kind of ['getter', 'setter', 'class', 'field', 'accessor']) {
      const error = thrown(() => breaker.wrap(() => 1, decorating(kind)))
      assert.instanceOf(error, TypeError)
      assert.include(String(error), `"${kind}"`)
    }
  },
  'wrapSync() takes the same parameters, keeps this and returns at once': (s) => {
    const { breaker } = new Rig(s)
    const shop = {
      rate: 2,
      price: breaker.wrapSync(function (this: { rate: number }, a: number) {
        return this.rate * a
      }),
    }
    assert.strictEqual(shop.price(21), 42)
    assert.strictEqual(breaker.snapshot().metrics.total, 1)
  },
  'wrapSync() hands its fallback the error and the arguments': (s) => {
    const { breaker } = new Rig(s)
    const error = new Error('down')
    const read = breaker.wrapSync(
      (_key: string): unknown[] => {
        throw error
      },
      { fallback: (...given) => given },
    )
    assert.deepEqual(read('a'), [error, 'a'])
  },
  'wrapSync() is a standard method decorator, and refuses a promise': (s) => {
    const { wrapSync } = new Rig(s).breaker
    const read = wrapSync((key: string) => `${key}!`, decorating('method'))
    assert.strictEqual(read('a'), 'a!')
    const late = wrapSync(async () => 1)
    assert.throws(() => late(), TypeError, 'call()')
  },
  'one function may be wrapped by two breakers': async (s) => {
    const [outer, inner] = [new Rig(s), new Rig(s)]
    const both = outer.breaker.wrap(inner.breaker.wrap(async (a: number) => a))
    assert.strictEqual(await both(1), 1)
    assert.strictEqual(outer.recorded, '1/0')
    assert.strictEqual(inner.recorded, '1/0')
  },
})
