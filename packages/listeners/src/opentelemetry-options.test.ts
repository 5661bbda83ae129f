import { expect, test } from 'vitest'
import { OpenTelemetryListener } from './opentelemetry-listener.ts'

const reserved = 'circuit.name, state, old_state, new_state, outcome, threshold'

test.each<[object, ErrorConstructor, string]>([
  [
    { meters: 1 },
    TypeError,
    'each option must be one of meter, attributes, durations, got "meters"',
  ],
  [{ meter: {} }, TypeError, 'meter must be a Meter of @opentelemetry/api, got {}'],
  [{ meter: null }, TypeError, 'meter must be a Meter of @opentelemetry/api, got null'],
  [{ durations: 1 }, TypeError, 'durations must be a boolean, got 1'],
  [{ attributes: null }, TypeError, 'attributes must be an object, got null'],
  [{ attributes: 'eu' }, TypeError, 'attributes must be an object, got "eu"'],
  [
    { attributes: { region: ['eu'] } },
    TypeError,
    'attributes: region must be a string, a number or a boolean, got ["eu"]',
  ],
  [
    { attributes: { state: 'open' } },
    RangeError,
    `attributes: each name must be a text, none of ${reserved}, got "state"`,
  ],
  [
    { attributes: { '': 'eu' } },
    RangeError,
    `attributes: each name must be a text, none of ${reserved}, got ""`,
  ],
])('the constructor rejects %o', (options, type, message) => {
  const create = () => new OpenTelemetryListener(options)
  expect(create).toThrow(type)
  expect(create).toThrow(`OpenTelemetryListener: ${message}`)
})
