import { expect, test } from 'vitest'
import { compareSamples, parseExposition } from '../src/server/metrics/exposition.ts'

test('parses names, labels with escapes, and values', () => {
  const text = `# HELP calls The calls.
# TYPE calls counter
calls{circuit_name="a \\"b\\", c",outcome="success",otel_scope_name="x"} 12
up 1
`
  expect(parseExposition(text)).toEqual([
    {
      name: 'calls',
      labels: new Map([
        ['circuit_name', 'a \\"b\\", c'],
        ['outcome', 'success'],
      ]),
      value: '12',
    },
    { name: 'up', labels: new Map(), value: '1' },
  ])
})

test('puts equal series of one circuit side by side, whatever the order of their labels', () => {
  const prometheus = parseExposition(`b{circuit_name="pay",x="1",y="2"} 3
b{circuit_name="search",x="1",y="2"} 9
d_bucket{circuit_name="pay",le="1"} 4`)
  const openTelemetry = parseExposition(`b{y="2",x="1",circuit_name="pay"} 4
a{circuit_name="pay"} NaN`)
  expect(compareSamples('pay', prometheus, openTelemetry)).toEqual([
    { name: 'a', labels: '', openTelemetry: 'NaN' },
    { name: 'b', labels: 'x="1", y="2"', prometheus: '3', openTelemetry: '4' },
  ])
})
