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

test('a listener is a function of signals, at once or later', () => {
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
  // @ts-expect-error events of calls go to onCall
  breaker.subscribe((event: CallEvent) => event.outcome)
})

test('or an object with some of three ears', () => {
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
  // @ts-expect-error an undo is a function
  breaker.subscribe({ onAttach: () => 5 })
  // @ts-expect-error a typo
  breaker.subscribe({ onSignl: () => {} })
  expectTypeOf(breaker.subscribe(() => {})).toEqualTypeOf<() => void>()
})

test('a signal says what happened', () => {
  breaker.subscribe((signal) => {
    expectTypeOf(signal.cause).toEqualTypeOf<'rule' | 'retry' | 'probes' | 'manual' | 'shadow'>()
    expectTypeOf(signal.newState).toEqualTypeOf<State>()
    expectTypeOf(signal.report).toEqualTypeOf<RuleReport | undefined>()
    expectTypeOf(signal.retryAt).toEqualTypeOf<number | undefined>()
    // @ts-expect-error it is frozen
    signal.reason = 'other'
  })
})

test('falsy entries may stand among the listeners', () => {
  const isDev = Math.random() > 0.5
  new CircuitBreaker({
    name: 'x',
    listeners: [isDev && new LogListener(), null, undefined, isDev ? () => {} : 0, ''],
  })
  // @ts-expect-error true is no listener
  new CircuitBreaker({ name: 'x', listeners: [true] })
})

test('the listeners of the package are listeners', () => {
  expectTypeOf<LogListener>().toExtend<Listener>()
  expectTypeOf<WebhookListener>().toExtend<Listener>()
  expectTypeOf(console).toExtend<Logger>()
  new LogListener({ logger: console, levels: { open: 'error' }, format: ({ reason }) => reason })
  // @ts-expect-error there is no such level
  new LogListener({ levels: { open: 'fatal' } })
  // @ts-expect-error a webhook has a URL
  new WebhookListener({ secret: 'x' })
})

test('onError is told whose code failed', () => {
  new CircuitBreaker({
    name: 'x',
    onError: (error, { circuitName, source }) => {
      expectTypeOf(error).toBeUnknown()
      expectTypeOf(circuitName).toBeString()
      expectTypeOf(source).toEqualTypeOf<'listener' | 'tracker' | 'tripper' | 'permit' | 'retry'>()
    },
  })
})

test('a registry makes circuits, and its defaults have no name', () => {
  const circuits = new CircuitRegistry({ defaults: { probes: 5 } })
  expectTypeOf(circuits.get('x')).toEqualTypeOf<CircuitBreaker>()
  expectTypeOf([...circuits]).toEqualTypeOf<CircuitBreaker[]>()
  expectTypeOf(circuits.subscribe({ onAdd: ({ name }) => void name })).toEqualTypeOf<() => void>()
  // @ts-expect-error names are given one by one
  new CircuitRegistry({ defaults: { name: 'x' } })
})
