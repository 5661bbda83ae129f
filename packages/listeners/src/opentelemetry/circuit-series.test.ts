import { CircuitBreaker } from '@fluxgate/core'
import { expect, test } from 'vitest'
import { type Attributes, CircuitSeries } from './circuit-series.ts'

test('collections create no new attributes', () => {
  const series = new CircuitSeries('payments', { region: 'eu' })
  const circuits = new Set([new CircuitBreaker({ name: 'payments' })])
  const collect = () => {
    const seen = new Set<Attributes>()
    series.observe(circuits, (_metric, _value, attributes) => seen.add(attributes))
    return seen
  }
  const first = collect()
  expect(first.size).toBe(16)
  expect([...collect()].filter((attributes) => !first.has(attributes))).toEqual([])
})
