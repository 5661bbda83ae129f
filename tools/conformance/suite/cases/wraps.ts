import { SubjectRig } from '@fluxgate/testkit/subject-rig'
import { rejection, thrown } from '@fluxgate/testkit/thrown'
import { assert } from 'chai'
import { cases } from '../conformance-case.ts'

/** The part of a method decorator's context that the breaker uses. */
const decorating = (kind: string) => ({ kind, name: 'pay' }) as never

export const wrapCases = cases('4. wrap', {
  'wrap() keeps this and the parameters': async (s) => {
    const { breaker } = new SubjectRig(s)
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
    const { breaker } = new SubjectRig(s)
    function pay(_order: string, _amount: number) {}
    assert.strictEqual(breaker.wrap(pay).name, pay.name)
    assert.strictEqual(breaker.wrap(pay).length, 2)
    assert.strictEqual(breaker.wrapSync(pay).length, 2)
  },
  'wrap() returns a promise for a synchronous function': async (s) => {
    const { breaker } = new SubjectRig(s)
    const promise = breaker.wrap((a: number) => a + 1)(1)
    assert.instanceOf(promise, Promise)
    assert.strictEqual(await promise, 2)
  },
  'wrap() rejects with the error of the function, and while the circuit is open': async (s) => {
    const { breaker } = new SubjectRig(s)
    const error = new Error('down')
    const pay = breaker.wrap(async () => {
      throw error
    })
    for (let i = 0; i < 3; i++) assert.strictEqual(await rejection(pay()), error)
    assert.isTrue(s.core.isCallNotPermitted(await rejection(pay())))
  },
  'wrap() calls its fallback with the error and the arguments': async (s) => {
    const { breaker } = new SubjectRig(s)
    const error = new Error('down')
    const pay = breaker.wrap(
      async (_a: number, _b: string): Promise<unknown[]> => {
        throw error
      },
      { fallback: (...args) => args },
    )
    assert.deepEqual(await pay(1, 'two'), [error, 1, 'two'])
  },
  'wrap() applies its time limit to each call': async (s) => {
    const { breaker, clock } = new SubjectRig(s)
    const hang = breaker.wrap(() => new Promise(() => {}), { timeoutMs: 5 })
    const calls = [hang(), hang()]
    clock.advance(5)
    for (const call of calls) assert.instanceOf(await rejection(call), s.core.TimeoutError)
  },
  'wrap() is a standard method decorator': async (s) => {
    const { breaker } = new SubjectRig(s)
    class Client {
      rate = 3
      async pay(amount: number) {
        return this.rate * amount
      }
    }
    const { wrap } = breaker // a compiler may call it without its breaker
    const { pay } = Client.prototype
    Client.prototype.pay = wrap(pay, decorating('method'))
    assert.strictEqual(await new Client().pay(2), 6)
    assert.strictEqual(breaker.snapshot().metrics.total, 1)
  },
  'wrap() throws as a decorator of anything but a method': (s) => {
    const { breaker } = new SubjectRig(s)
    for (const kind of ['getter', 'setter', 'class', 'field', 'accessor']) {
      const error = thrown(() => breaker.wrap(() => 1, decorating(kind)))
      assert.instanceOf(error, TypeError)
      assert.include(String(error), `"${kind}"`)
    }
  },
  'wrapSync() keeps this and the parameters, and returns synchronously': (s) => {
    const { breaker } = new SubjectRig(s)
    const shop = {
      rate: 2,
      price: breaker.wrapSync(function (this: { rate: number }, a: number) {
        return this.rate * a
      }),
    }
    assert.strictEqual(shop.price(21), 42)
    assert.strictEqual(breaker.snapshot().metrics.total, 1)
  },
  'wrapSync() calls its fallback with the error and the arguments': (s) => {
    const { breaker } = new SubjectRig(s)
    const error = new Error('down')
    const read = breaker.wrapSync(
      (_key: string): unknown[] => {
        throw error
      },
      { fallback: (...args) => args },
    )
    assert.deepEqual(read('a'), [error, 'a'])
  },
  'wrapSync() is a standard method decorator, and throws for a promise': (s) => {
    const { wrapSync } = new SubjectRig(s).breaker
    const read = wrapSync((key: string) => `${key}!`, decorating('method'))
    assert.strictEqual(read('a'), 'a!')
    const late = wrapSync(async () => 1)
    assert.throws(() => late(), TypeError, 'call()')
  },
  'two breakers can wrap one function': async (s) => {
    const [outer, inner] = [new SubjectRig(s), new SubjectRig(s)]
    const both = outer.breaker.wrap(inner.breaker.wrap(async (a: number) => a))
    assert.strictEqual(await both(1), 1)
    assert.strictEqual(outer.recorded, '1/0')
    assert.strictEqual(inner.recorded, '1/0')
  },
  'wrap() is a legacy method decorator': async (s) => {
    const { breaker } = new SubjectRig(s)
    class Client {
      rate = 3
      async pay(amount: number) {
        return this.rate * amount
      }
      price() {
        return this.rate
      }
    }
    const { wrap, wrapSync } = breaker
    for (const [key, decorate] of [
      ['pay', wrap],
      ['price', wrapSync],
    ] as const) {
      const before = Object.getOwnPropertyDescriptor(Client.prototype, key)
      const after: unknown = Reflect.apply(decorate, undefined, [Client.prototype, key, before])
      assert.deepInclude(after, { writable: true, enumerable: false, configurable: true })
      Object.defineProperty(Client.prototype, key, after as PropertyDescriptor)
    }
    assert.strictEqual(await new Client().pay(2), 6)
    assert.strictEqual(new Client().price(), 3)
    assert.strictEqual(Client.prototype.pay.name, 'pay')
    assert.strictEqual(breaker.snapshot().metrics.total, 2)
  },
  'wrap() throws as a legacy decorator of an accessor or a field': (s) => {
    const { wrap } = new SubjectRig(s).breaker
    for (const descriptor of [undefined, { get: () => 1 }, { initializer: () => 1 }]) {
      const error = thrown(() => Reflect.apply(wrap, undefined, [{}, 'pay', descriptor]))
      assert.instanceOf(error, TypeError)
      assert.include(String(error), 'wrap: decorated member must be a method')
    }
  },
  'wrap() and wrapSync() throw for generator functions and name acquire()': (s) => {
    const { wrap, wrapSync } = new SubjectRig(s).breaker
    async function* chat() {}
    function* ids() {}
    for (const fn of [chat, ids, chat.bind(null)]) {
      for (const guard of [wrap, wrapSync]) {
        const error = thrown(() => Reflect.apply(guard, undefined, [fn]))
        assert.instanceOf(error, TypeError)
        assert.include(String(error), fn.name)
        assert.include(String(error), 'acquire()')
      }
    }
  },
  'wrap() keeps the properties of the function': (s) => {
    const { breaker } = new SubjectRig(s)
    const fn = Object.assign(async () => 1, { schema: 'order' })
    assert.strictEqual(breaker.wrap(fn).schema, 'order')
  },
  'the signal of wrap() aborts every call': async (s) => {
    const controller = new AbortController()
    const { signal } = controller
    const wrapped = new SubjectRig(s).breaker.wrap(() => new Promise(() => {}), { signal })
    const calls = Promise.allSettled([wrapped(), wrapped()])
    controller.abort('stop')
    assert.deepEqual(
      (await calls).map((call) => call.status === 'rejected' && call.reason),
      ['stop', 'stop'],
    )
    assert.strictEqual(await rejection(wrapped()), 'stop')
  },
  'the time limit of wrap() precedes that of the breaker': async (s) => {
    const { breaker, clock } = new SubjectRig(s, { timeoutMs: 4_000 })
    const hang = breaker.wrap(() => new Promise(() => {}), { timeoutMs: 5 })
    const call = hang()
    clock.advance(5)
    assert.strictEqual(((await rejection(call)) as { timeoutMs?: number }).timeoutMs, 5)
  },
  'wrap() and wrapSync() throw for wrong options when they wrap': (s) => {
    const { breaker } = new SubjectRig(s)
    const { wrap, wrapSync } = breaker
    assert.match(String(thrown(() => wrap(() => 1, { retries: 3 } as never))), /got "retries"/)
    assert.match(
      String(thrown(() => wrapSync(() => 1, { timeoutMs: 5 } as never))),
      /got "timeoutMs"/,
    )
    assert.match(
      String(thrown(() => wrapSync(() => 1, decorating('class')))),
      /wrapSync: decorated member must be a method/,
    )
  },
})
