import { expectTypeOf, test } from 'vitest'
import {
  type CallContext,
  CallNotPermittedError,
  CircuitBreaker,
  type ErrorSummary,
  findRejection,
  isCallNotPermitted,
  type Metrics,
  type Snapshot,
  type State,
  type Ticket,
  TimeoutError,
} from './index.ts'

interface Order {
  readonly id: number
}
declare const breaker: CircuitBreaker
declare function pay(order: Order, note?: string): Promise<'paid'>
declare function parse(text: string): Order

test('call returns a promise of what the function returns or resolves to', () => {
  expectTypeOf(breaker.call(() => pay({ id: 1 }))).toEqualTypeOf<Promise<'paid'>>()
  expectTypeOf(breaker.call(() => parse('{}'))).toEqualTypeOf<Promise<Order>>()
  expectTypeOf(breaker.call(async () => {})).toEqualTypeOf<Promise<void>>()
  expectTypeOf(breaker.call(() => Promise.reject(new Error('x')))).toEqualTypeOf<Promise<never>>()
  expectTypeOf(breaker.call<Order>(() => ({ id: 1 }))).toEqualTypeOf<Promise<Order>>()
  const thenable = (): PromiseLike<number> => Promise.resolve(1)
  expectTypeOf(breaker.call(thenable)).toEqualTypeOf<Promise<number>>()
})

test('the function receives a context with an optional signal', () => {
  breaker.call((ctx) => {
    expectTypeOf(ctx).toEqualTypeOf<CallContext>()
    expectTypeOf(ctx.signal).toEqualTypeOf<AbortSignal | undefined>()
  })
  breaker.call(({ signal }) => fetch('https://api.example/', signal ? { signal } : {}))
  // @ts-expect-error the context has no other property
  breaker.call(({ attempt }) => attempt)
})

test('the return type includes what the fallback returns', () => {
  const options = { signal: new AbortController().signal, timeoutMs: 5 }
  expectTypeOf(breaker.call(() => pay({ id: 1 }), options)).toEqualTypeOf<Promise<'paid'>>()
  expectTypeOf(
    breaker.call(() => pay({ id: 1 }), { fallback: () => 'queued' as const }),
  ).toEqualTypeOf<Promise<'paid' | 'queued'>>()
  expectTypeOf(
    breaker.call(() => pay({ id: 1 }), { fallback: async () => undefined }),
  ).toEqualTypeOf<Promise<'paid' | undefined>>()
  breaker.call(() => 1, {
    fallback: (error) => {
      expectTypeOf(error).toBeUnknown()
      return 2
    },
  })
  // @ts-expect-error the fallback of a call receives only the error
  breaker.call(() => 1, { fallback: (_error, order: Order) => order.id })
  // @ts-expect-error the option does not exist
  breaker.call(() => 1, { timeout: 5 })
})

test('callSync returns what the function returns, and accepts neither signal nor time limit', () => {
  expectTypeOf(breaker.callSync(() => parse('{}'))).toEqualTypeOf<Order>()
  expectTypeOf(
    breaker.callSync(() => parse('{}'), { fallback: () => null }),
  ).toEqualTypeOf<Order | null>()
  // @ts-expect-error callSync has no time limit
  breaker.callSync(() => 1, { timeoutMs: 5 })
})

test('wrap keeps the parameters, also optional ones, and returns a promise of the result', () => {
  expectTypeOf(breaker.wrap(pay)).branded.toEqualTypeOf<
    (order: Order, note?: string) => Promise<'paid'>
  >()
  expectTypeOf(breaker.wrap(parse)).branded.toEqualTypeOf<(text: string) => Promise<Order>>()
  const guarded = breaker.wrap((...ids: number[]) => ids.length, { timeoutMs: 5 })
  expectTypeOf(guarded).parameters.toEqualTypeOf<number[]>()
  // @ts-expect-error the parameter is an order
  breaker.wrap(pay)(5)
})

test('the fallback of a wrapped function receives the error and the arguments', () => {
  const guarded = breaker.wrap(pay, {
    fallback: (error, order, note) => {
      expectTypeOf(error).toBeUnknown()
      expectTypeOf(order).toEqualTypeOf<Order>()
      expectTypeOf(note).toEqualTypeOf<string | undefined>()
      return 'queued' as const
    },
  })
  expectTypeOf(guarded({ id: 1 })).toEqualTypeOf<Promise<'paid' | 'queued'>>()
})

test('a generic function stays generic', () => {
  const same = breaker.wrap(async <T>(value: T): Promise<T> => value)
  expectTypeOf(same('a')).toEqualTypeOf<Promise<string>>()
  const first = breaker.wrapSync(<T>(...values: T[]): T | undefined => values[0])
  expectTypeOf(first(1, 2)).toEqualTypeOf<number | undefined>()
})

test('wrap keeps the type of this', () => {
  class Client {
    readonly base = 'https://api.example'
    async get(path: string): Promise<Response> {
      return fetch(this.base + path)
    }
  }
  const guarded = breaker.wrap(function (this: Client, path: string) {
    return this.get(path)
  })
  expectTypeOf(guarded).thisParameter.toEqualTypeOf<Client>()
  expectTypeOf(guarded.call(new Client(), '/')).toEqualTypeOf<Promise<Response>>()
  // @ts-expect-error this must be a client
  guarded.call({}, '/')
})

test('wrapSync keeps the parameters and the result', () => {
  expectTypeOf(breaker.wrapSync(parse)).branded.toEqualTypeOf<(text: string) => Order>()
  const guarded = breaker.wrapSync(parse, { fallback: (_error, text) => text.length })
  expectTypeOf(guarded('{}')).toEqualTypeOf<Order | number>()
  // @ts-expect-error wrapSync has no signal
  breaker.wrapSync(parse, { signal: new AbortController().signal })
})

test('wrap and wrapSync decorate methods, but not fields', () => {
  class Shop {
    @breaker.wrap
    async pay(order: Order, note?: string): Promise<'paid'> {
      return note === undefined ? 'paid' : pay(order, note)
    }

    @breaker.wrapSync
    parse(text: string): Order {
      return { id: text.length }
    }

    @breaker.wrap
    static async open(): Promise<number> {
      return 9
    }

    // @ts-expect-error the decorated method returns a promise, but its type does not
    @breaker.wrap
    close(): number {
      return 18
    }

    // @ts-expect-error fields cannot be decorated
    @breaker.wrap
    hours = 9
  }
  expectTypeOf<Shop['pay']>().branded.toEqualTypeOf<
    (order: Order, note?: string) => Promise<'paid'>
  >()
  expectTypeOf<Shop['parse']>().toEqualTypeOf<(text: string) => Order>()
  expectTypeOf(Shop.open()).toEqualTypeOf<Promise<number>>()
})

test('acquire returns a ticket, tryAcquire a ticket or undefined', () => {
  expectTypeOf(breaker.acquire()).toEqualTypeOf<Ticket>()
  expectTypeOf(breaker.tryAcquire()).toEqualTypeOf<Ticket | undefined>()
  using ticket = breaker.acquire()
  ticket.success()
  ticket.success({ status: 200 })
  ticket.failure('anything')
  // @ts-expect-error failure needs an error
  ticket.failure()
})

test('the properties of breakers and snapshots are read-only', () => {
  expectTypeOf(breaker.state).toEqualTypeOf<State>()
  const snapshot = breaker.snapshot()
  expectTypeOf(snapshot).toEqualTypeOf<Snapshot>()
  expectTypeOf(snapshot.metrics).toEqualTypeOf<Metrics>()
  expectTypeOf(snapshot.retryAt).toEqualTypeOf<number | undefined>()
  expectTypeOf(snapshot.metrics.failureRate).toEqualTypeOf<number | undefined>()
  // @ts-expect-error the name cannot be changed
  breaker.name = 'other'
  // @ts-expect-error the state is changed by methods
  breaker.state = 'open'
  // @ts-expect-error snapshots are frozen
  snapshot.reopens = 0
  // @ts-expect-error the state is spelled half_open
  if (breaker.state === 'half-open') return
})

test('findRejection returns a rejection, and isCallNotPermitted narrows nothing', () => {
  const error: unknown = undefined
  const rejection = findRejection(error)
  expectTypeOf(rejection).toEqualTypeOf<CallNotPermittedError | undefined>()
  if (rejection) {
    expectTypeOf(rejection.state).toEqualTypeOf<State>()
    expectTypeOf(rejection.retryAfterMs).toEqualTypeOf<number | undefined>()
    expectTypeOf(rejection.cause).toEqualTypeOf<ErrorSummary | undefined>()
  }
  // an axios error that wraps a rejection has none of its fields
  if (isCallNotPermitted(error)) expectTypeOf(error).toBeUnknown()
  expectTypeOf(new TimeoutError('x', 5).timeoutMs).toBeNumber()
  expectTypeOf(CallNotPermittedError).instance.toExtend<Error>()
})

test('the constructor refuses unknown options and wrong types', () => {
  new CircuitBreaker({ name: 'x' })
  const configured: { timeoutMs?: number } = {}
  new CircuitBreaker({ name: 'x', timeoutMs: configured.timeoutMs })
  // @ts-expect-error the name is required
  new CircuitBreaker({})
  // @ts-expect-error the option does not exist
  new CircuitBreaker({ name: 'x', timeout: 5 })
  // @ts-expect-error the window must be a policy
  new CircuitBreaker({ name: 'x', window: 100 })
})
