import { Rig } from '@fluxgate/testkit/rig'
import { describe, expect, test, vi } from 'vitest'

describe('wrap', () => {
  test('guards: calls are recorded, and rejected when open', async () => {
    const { breaker } = new Rig()
    const fn = vi.fn(async (id: number) => `order ${id}`)
    const guarded = breaker.wrap(fn)
    expect(await guarded(7)).toBe('order 7')
    expect(breaker.snapshot().metrics.total).toBe(1)
    breaker.forceOpen()
    await expect(guarded(8)).rejects.toMatchObject({ name: 'CallNotPermittedError' })
    expect(fn).toHaveBeenCalledTimes(1)
  })

  test('keeps this and hands on all parameters', async () => {
    const { breaker } = new Rig()
    const client = {
      base: 'https://pay.test',
      get: breaker.wrap(function (this: { base: string }, path: string, ...rest: number[]) {
        return [this.base, path, rest]
      }),
    }
    expect(await client.get('/a', 1, 2, 3)).toEqual(['https://pay.test', '/a', [1, 2, 3]])
    expect(await client.get.call({ base: 'other' }, '/b')).toEqual(['other', '/b', []])
  })

  test('keeps name and length', () => {
    const guarded = new Rig().breaker.wrap(function pay(_order: string, _amount: number) {})
    expect([guarded.name, guarded.length]).toEqual(['pay', 2])
  })

  test('makes promises of values and of errors', async () => {
    const { breaker } = new Rig()
    const error = new Error('down')
    expect(breaker.wrap(() => 1)()).toBeInstanceOf(Promise)
    const failing = breaker.wrap(() => {
      throw error
    })
    await expect(failing()).rejects.toBe(error)
  })

  test('its fallback is given the error and the arguments', async () => {
    const { breaker } = new Rig()
    const error = new Error('down')
    const fallback = vi.fn((_error: unknown, id: number, note: string) => `${note} ${id}`)
    const guarded = breaker.wrap(
      async (_id: number, _note: string): Promise<string> => {
        throw error
      },
      { fallback },
    )
    expect(await guarded(7, 'cached')).toBe('cached 7')
    expect(fallback.mock.calls).toEqual([[error, 7, 'cached']])
  })

  test('its signal serves every call', async () => {
    const controller = new AbortController()
    const guarded = new Rig().breaker.wrap(() => new Promise(() => {}), {
      signal: controller.signal,
    })
    const calls = [guarded(), guarded()]
    controller.abort('bye')
    expect(await Promise.allSettled(calls)).toEqual([
      { status: 'rejected', reason: 'bye' },
      { status: 'rejected', reason: 'bye' },
    ])
    await expect(guarded()).rejects.toBe('bye')
  })

  test('works without its breaker at hand', async () => {
    const { breaker } = new Rig()
    const { wrap, wrapSync } = breaker
    expect(await wrap(() => 1)()).toBe(1)
    expect(wrapSync(() => 2)()).toBe(2)
    expect(breaker.snapshot().metrics.total).toBe(2)
  })

  test.each([
    [[5], 'wrap: fn must be a function, got 5'],
    [[() => 1, { timeoutMs: -1 }], 'wrap: timeoutMs must be'],
    [[() => 1, { retries: 3 }], 'got "retries"'],
    [
      [() => 1, { kind: 'getter', name: 'x' }],
      'wrap: decorated member must be a method, got "getter"',
    ],
  ])('wrong arguments are told when wrapping: %j', (args, message) => {
    const { breaker } = new Rig()
    expect(() => breaker.wrap(...(args as [never]))).toThrow(message)
  })
})

describe('wrapSync', () => {
  test('keeps this, parameters, name and length, and guards', () => {
    const { breaker } = new Rig()
    const parser = {
      strict: true,
      parse: breaker.wrapSync(function parse(this: { strict: boolean }, text: string) {
        return [this.strict, text]
      }),
    }
    expect(parser.parse('a')).toEqual([true, 'a'])
    expect([parser.parse.name, parser.parse.length]).toEqual(['parse', 1])
    expect(breaker.snapshot().metrics.total).toBe(1)
    breaker.forceOpen()
    expect(() => parser.parse('b')).toThrow(/is forced_open/)
  })

  test('its fallback is given the error and the arguments', () => {
    const { breaker } = new Rig().enter('forced_open')
    const guarded = breaker.wrapSync((a: number, b: number) => a + b, {
      fallback: (error, a, b) => [error, a, b],
    })
    expect(guarded(1, 2)).toEqual([expect.objectContaining({ state: 'forced_open' }), 1, 2])
  })

  test('refuses a promise', () => {
    expect(() => new Rig().breaker.wrapSync(async () => 1)()).toThrow(/use call\(\)/)
  })

  test.each([
    [[5], 'wrapSync: fn must be a function, got 5'],
    [[() => 1, { timeoutMs: 5 }], 'got "timeoutMs"'],
    [[() => 1, { kind: 'class', name: 'x' }], 'wrapSync: decorated member must be a method'],
  ])('wrong arguments are told when wrapping: %j', (args, message) => {
    const { breaker } = new Rig()
    expect(() => breaker.wrapSync(...(args as [never]))).toThrow(message)
  })
})

describe('as a decorator', () => {
  const { breaker: payments } = new Rig()
  const { wrap } = payments

  class Client {
    readonly #key = 'secret'
    static readonly version = 2

    @payments.wrap
    async pay(order: string, amount: number): Promise<unknown[]> {
      return [this.#key, order, amount]
    }

    @payments.wrapSync
    price(order: string): string {
      return `${this.#key} ${order}`
    }

    @wrap
    async unbound(): Promise<string> {
      return this.#key
    }

    @payments.wrap
    static async ping(): Promise<number> {
      return Client.version
    }

    @payments.wrap
    async #secretly(order: string): Promise<string> {
      return `${this.#key} ${order}`
    }

    secretly(order: string): Promise<string> {
      return this.#secretly(order)
    }
  }

  test('keeps this and parameters, on every kind of method', async () => {
    const client = new Client()
    expect(await client.pay('a', 5)).toEqual(['secret', 'a', 5])
    expect(client.price('b')).toBe('secret b')
    expect(await client.unbound()).toBe('secret')
    expect(await Client.ping()).toBe(2)
    expect(await client.secretly('c')).toBe('secret c')
    expect(payments.snapshot().metrics.total).toBe(5)
  })

  test('keeps name and length, on the prototype', () => {
    expect([Client.prototype.pay.name, Client.prototype.pay.length]).toEqual(['pay', 2])
    expect(Object.keys(new Client())).toEqual([])
  })

  test('rejects when the circuit is open', async () => {
    payments.forceOpen()
    await expect(new Client().pay('a', 5)).rejects.toMatchObject({ circuitName: 'payments' })
    expect(() => new Client().price('b')).toThrow(/is forced_open/)
  })
})
