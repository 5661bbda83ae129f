import { Rig } from '@fluxgate/testkit/rig'
import { describe, expect, test } from 'vitest'

// The conformance suite calls wrap() as a decorator; here a compiler does, on every kind of method.

describe('wrap() as a decorator', () => {
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
    async #refund(order: string): Promise<string> {
      return `${this.#key} ${order}`
    }

    refund(order: string): Promise<string> {
      return this.#refund(order)
    }
  }

  test('keeps this and the parameters of public, static and private methods', async () => {
    const client = new Client()
    expect(await client.pay('a', 5)).toEqual(['secret', 'a', 5])
    expect(client.price('b')).toBe('secret b')
    expect(await client.unbound()).toBe('secret')
    expect(await Client.ping()).toBe(2)
    expect(await client.refund('c')).toBe('secret c')
    expect(payments.snapshot().metrics.total).toBe(5)
  })

  test('keeps name and length, and adds no property to the instance', () => {
    expect([Client.prototype.pay.name, Client.prototype.pay.length]).toEqual(['pay', 2])
    expect(Object.keys(new Client())).toEqual([])
  })

  test('rejects calls while the circuit is open', async () => {
    payments.forceOpen()
    await expect(new Client().pay('a', 5)).rejects.toMatchObject({ circuitName: 'payments' })
    expect(() => new Client().price('b')).toThrow(/is forced_open/)
  })
})
