import { expect, test } from 'vitest'
import { PrometheusListener } from './prometheus-listener.ts'

const registry = 'registry must be a Registry of prom-client'
const prefix = 'prefix must be letters, digits, _ and :, not starting with a digit'
const buckets = 'buckets must be ascending numbers of seconds above 0'
const labelName = 'labels: each name must be'
const maxCircuits = 'maxCircuits must be a whole number of at least 1'

test.each<[object, typeof TypeError | typeof RangeError, string]>([
  [{ registry: {} }, TypeError, `${registry}, got {}`],
  [{ registry: null }, TypeError, `${registry}, got null`],
  [{ registry: { registerMetric: () => {} } }, TypeError, `${registry}, got {}`],
  [{ registry: { getSingleMetric: () => {} } }, TypeError, `${registry}, got {}`],
  [{ prefix: 7 }, TypeError, 'prefix must be a string, got 7'],
  [{ prefix: '7' }, RangeError, `${prefix}, got "7"`],
  [{ prefix: 'my-shop_' }, RangeError, `${prefix}, got "my-shop_"`],
  [{ buckets: 5 }, TypeError, `${buckets}, got 5`],
  [{ buckets: [] }, RangeError, `${buckets}, got []`],
  [{ buckets: [1, 1] }, RangeError, `${buckets}, got [1,1]`],
  [{ maxCircuits: '7' }, TypeError, `${maxCircuits}, got "7"`],
  [{ maxCircuits: 0 }, RangeError, `${maxCircuits}, got 0`],
  [{ maxCircuits: 1.5 }, RangeError, `${maxCircuits}, got 1.5`],
  [
    { maxCircuit: 5 },
    TypeError,
    'each option must be one of registry, prefix, buckets, maxCircuits, labels, got "maxCircuit"',
  ],
  [{ labels: 'a=b' }, TypeError, 'labels must be an object, got "a=b"'],
  [{ labels: null }, TypeError, 'labels must be an object, got null'],
  [{ labels: { service: 7 } }, TypeError, 'labels: service must be a string, got 7'],
  [{ labels: { 'my-service': 'a' } }, RangeError, `${labelName} letters, digits and _, not`],
  [{ labels: { __name__: 'a' } }, RangeError, `${labelName} letters, digits and _, not`],
  [{ labels: { __service: 'a' } }, RangeError, `${labelName} letters, digits and _, not`],
  [{ labels: { outcome: 'a' } }, RangeError, `${labelName} none of circuit_name, state, old_state`],
])('the constructor rejects invalid options: %j', (options, type, message) => {
  const create = () => new PrometheusListener(options as never)
  expect(create).toThrow(type)
  expect(create).toThrow(`PrometheusListener: ${message}`)
})

test('is supported on servers', () => {
  expect(PrometheusListener.isSupported).toBe(true)
})
