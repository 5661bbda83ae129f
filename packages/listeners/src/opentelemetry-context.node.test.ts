import { CircuitBreaker } from '@fluxgate/core'
import { context, trace } from '@opentelemetry/api'
import { logs } from '@opentelemetry/api-logs'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import {
  InMemoryLogRecordExporter,
  LoggerProvider,
  SimpleLogRecordProcessor,
} from '@opentelemetry/sdk-logs'
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { OpenTelemetryListener } from './opentelemetry-listener.ts'

const spanExporter = new InMemorySpanExporter()
const logExporter = new InMemoryLogRecordExporter()
const tracer = new BasicTracerProvider({
  spanProcessors: [new SimpleSpanProcessor(spanExporter)],
}).getTracer('test')

beforeEach(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  logs.setGlobalLoggerProvider(
    new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter: logExporter })] }),
  )
})
afterEach(() => {
  context.disable()
  logs.disable()
  spanExporter.reset()
  logExporter.reset()
})

const errors: unknown[] = []
const circuitWith = (listener = new OpenTelemetryListener()) =>
  new CircuitBreaker({
    name: 'payments',
    listeners: [listener],
    onError: (error) => errors.push(error),
  })

/** Runs `work` in a span and returns the attributes of the span. */
async function attributesOf(work: () => unknown): Promise<object> {
  await tracer.startActiveSpan('GET /checkout', async (span) => {
    await work()
    span.end()
  })
  return spanExporter.getFinishedSpans().at(-1)?.attributes ?? {}
}

describe('the active span', () => {
  const marked = {
    'circuit.name': 'payments',
    'circuit_breaker.state': 'forced_open',
    'circuit_breaker.rejected': true,
  }

  test.each<[string, (circuit: CircuitBreaker) => unknown]>([
    ['call', (circuit) => circuit.call(() => 1).catch(() => {})],
    ['call with options', (circuit) => circuit.call(() => 1, { fallback: () => 2 })],
    ['callSync', (circuit) => circuit.callSync(() => 1, { fallback: () => 2 })],
    ['tryAcquire', (circuit) => circuit.tryAcquire()],
  ])('has attributes when %s is rejected', async (_, call) => {
    const circuit = circuitWith()
    circuit.forceOpen()
    expect(await attributesOf(() => call(circuit))).toEqual(marked)
  })

  test('is that of the caller after it waited for something else', async () => {
    const circuit = circuitWith()
    circuit.forceOpen()
    const attributes = await attributesOf(async () => {
      await Promise.resolve()
      circuit.tryAcquire()
    })
    expect(attributes).toEqual(marked)
  })

  test('has no attributes when the call is admitted', async () => {
    const circuit = circuitWith()
    expect(await attributesOf(() => circuit.call(() => 1))).toEqual({})
  })
})

describe('log events', () => {
  const records = () =>
    logExporter.getFinishedLogRecords().map((record) => {
      const { eventName, severityText, body, attributes } = record
      return { eventName, severityText, body, attributes }
    })

  test('are emitted for transitions, with the reason', () => {
    const circuit = circuitWith(new OpenTelemetryListener({ attributes: { region: 'eu' } }))
    circuit.trip({ reason: 'maintenance' })
    circuit.reset()
    const { retryAt = 0 } = circuit.snapshot()
    expect(retryAt).toBe(0)
    expect(records()).toEqual([
      {
        eventName: 'circuit_breaker.state_transition',
        severityText: 'WARN',
        body: 'maintenance',
        attributes: {
          'circuit.name': 'payments',
          region: 'eu',
          old_state: 'closed',
          new_state: 'open',
          cause: 'manual',
          retry_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        },
      },
      {
        eventName: 'circuit_breaker.state_transition',
        severityText: 'INFO',
        body: 'reset manually',
        attributes: {
          'circuit.name': 'payments',
          region: 'eu',
          old_state: 'open',
          new_state: 'closed',
          cause: 'manual',
        },
      },
    ])
  })

  test('omit a time that a Date cannot represent', async () => {
    const onError = vi.fn()
    const listeners = [new OpenTelemetryListener()]
    const circuit = new CircuitBreaker({ name: 'payments', listeners, onError })
    circuit.trip({ forMs: Number.MAX_SAFE_INTEGER })
    await circuit.flush()
    expect(onError).not.toHaveBeenCalled()
    expect(records()).toMatchObject([{ attributes: { new_state: 'open', cause: 'manual' } }])
    expect(records()[0]?.attributes).not.toHaveProperty('retry_at')
  })

  test('are warnings for shadow verdicts', () => {
    const circuit = circuitWith()
    circuit.metricsOnly()
    for (let i = 0; i < 10; i++) circuit.callSync<number>(fail, { fallback: () => 1 })
    expect(records().at(-1)).toMatchObject({
      eventName: 'circuit_breaker.shadow_trip',
      severityText: 'WARN',
      body: 'failure rate 100 % ≥ 50 % over 10 calls',
    })
  })

  test('have the time of the signal and the trace of the call that caused them', async () => {
    const circuit = circuitWith()
    const before = Date.now()
    await attributesOf(async () => {
      for (let i = 0; i < 10; i++) await circuit.call(fail).catch(() => {})
    })
    const [record] = logExporter.getFinishedLogRecords()
    const [span] = spanExporter.getFinishedSpans()
    expect(record?.spanContext).toEqual(span?.spanContext())
    expect(record?.hrTime[0]).toBeGreaterThanOrEqual(Math.floor(before / 1_000))
    expect(record?.hrTime[0]).toBeLessThanOrEqual(Date.now() / 1_000)
  })

  test('are not emitted without a provider of the logs API', () => {
    logs.disable()
    circuitWith().trip()
    expect(records()).toEqual([])
    expect(errors).toEqual([])
  })
})

test('a tracer that fails does not change the rejection', () => {
  const circuit = circuitWith()
  circuit.forceOpen()
  const span = trace.wrapSpanContext({ traceId: '', spanId: '', traceFlags: 0 })
  span.setAttributes = fail
  const result = context.with(trace.setSpan(context.active(), span), () =>
    circuit.callSync(() => 1, { fallback: (error) => (error as Error).name }),
  )
  expect(result).toBe('CallNotPermittedError')
  expect(errors.splice(0)).toMatchObject([{ message: 'down' }])
})

function fail(): never {
  throw new Error('down')
}
