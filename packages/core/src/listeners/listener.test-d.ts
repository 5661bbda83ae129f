import { expectTypeOf, test } from 'vitest'
import {
  type CallEvent,
  CircuitBreaker,
  type CircuitHandle,
  CircuitRegistry,
  type Listener,
  type Logger,
  LogListener,
  type RuleReport,
  type Signal,
  type State,
  WebhookListener,
} from '../index.ts'

declare const breaker: CircuitBreaker

test('a listener can be a function, sync or async', () => {
  expectTypeOf<(signal: Signal) => void>().toExtend<Listener>()
  expectTypeOf<(signal: Signal) => Promise<void>>().toExtend<Listener>()
  breaker.subscribe((signal) => {
    expectTypeOf(signal).toEqualTypeOf<Signal>()
  })
  breaker.subscribe(async ({ reason }) => {
    expectTypeOf(reason).toBeString()
  })
  const signals: Signal[] = []
  breaker.subscribe((signal) => signals.push(signal))
  breaker.subscribe(({ reason }) => fetch('https://ops.example/', { method: 'POST', body: reason }))
  // @ts-expect-error a function receives signals, not call events
  breaker.subscribe((event: CallEvent) => event.outcome)
})

test('a listener can be an object with optional callbacks', () => {
  breaker.subscribe({
    onSignal(signal) {
      expectTypeOf(signal).toEqualTypeOf<Signal>()
    },
    onCall(event) {
      expectTypeOf(event).toEqualTypeOf<CallEvent>()
      expectTypeOf(event.outcome).toEqualTypeOf<
        'success' | 'failure' | 'ignored' | 'aborted' | 'rejected'
      >()
    },
    onAttach(circuit) {
      expectTypeOf(circuit).toEqualTypeOf<CircuitHandle>()
      return () => {}
    },
  })
  breaker.subscribe({ onAttach: () => {} })
  breaker.subscribe({ onSignal: async () => {} })
  breaker.subscribe({ onSignal: ({ retryAt }) => Promise.resolve(retryAt) })
  // @ts-expect-error a cleanup is a function
  breaker.subscribe({ onAttach: () => 5 })
  // @ts-expect-error a misspelled callback
  breaker.subscribe({ onSignl: () => {} })
  expectTypeOf(breaker.subscribe(() => {})).toEqualTypeOf<() => void>()
})

test('a signal is read-only and typed', () => {
  breaker.subscribe((signal) => {
    expectTypeOf(signal.cause).toEqualTypeOf<
      'rule' | 'retry' | 'probes' | 'manual' | 'shadow' | 'fleet'
    >()
    expectTypeOf(signal.newState).toEqualTypeOf<State>()
    expectTypeOf(signal.report).toEqualTypeOf<RuleReport | undefined>()
    expectTypeOf(signal.retryAt).toEqualTypeOf<number | undefined>()
    // @ts-expect-error a signal is read-only
    signal.reason = 'other'
  })
})

test('listeners may contain falsy entries', () => {
  const isDev = Math.random() > 0.5
  new CircuitBreaker({
    name: 'x',
    listeners: [isDev && new LogListener(), null, undefined, isDev ? () => {} : 0, ''],
  })
  // @ts-expect-error true is not a listener
  new CircuitBreaker({ name: 'x', listeners: [true] })
})

test('LogListener and WebhookListener are listeners', () => {
  expectTypeOf<LogListener>().toExtend<Listener>()
  expectTypeOf<WebhookListener>().toExtend<Listener>()
  expectTypeOf(console).toExtend<Logger>()
  new LogListener({ logger: console, levels: { open: 'error' }, format: ({ reason }) => reason })
  // @ts-expect-error an unknown level
  new LogListener({ levels: { open: 'fatal' } })
  // @ts-expect-error url is required
  new WebhookListener({ secret: 'x' })
})

test('onError receives the kind of code that threw', () => {
  new CircuitBreaker({
    name: 'x',
    onError: (error, { circuitName, source }) => {
      expectTypeOf(error).toBeUnknown()
      expectTypeOf(circuitName).toBeString()
      expectTypeOf(source).toEqualTypeOf<
        | 'listener'
        | 'window'
        | 'tracker'
        | 'tripper'
        | 'permit'
        | 'retry'
        | 'registry'
        | 'key'
        | 'timeoutMs'
        | 'fleet'
      >()
    },
  })
})

test('a registry makes circuits from defaults without a name', () => {
  const circuits = new CircuitRegistry({ defaults: { probes: 5 } })
  expectTypeOf(circuits.get('x')).toEqualTypeOf<CircuitBreaker>()
  expectTypeOf([...circuits]).toEqualTypeOf<CircuitBreaker[]>()
  expectTypeOf(circuits.subscribe({ onAdd: ({ name }) => void name })).toEqualTypeOf<() => void>()
  // @ts-expect-error get() and define() take the name
  new CircuitRegistry({ defaults: { name: 'x' } })
})
