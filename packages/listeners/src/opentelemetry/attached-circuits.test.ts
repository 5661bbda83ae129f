import { CircuitBreaker } from '@fluxgate/core'
import { expect, test } from 'vitest'
import { AttachedCircuits } from './attached-circuits.ts'

test('more than a thousand circuits that are detached at once are all in no state', () => {
  const attached = new AttachedCircuits({})
  const inState = () => {
    const names = new Set<unknown>()
    let points = 0
    attached.observe((metric, value, attributes) => {
      if (metric !== 'state') return
      points++
      if (value === 1) names.add(attributes['circuit.name'])
    })
    return { points, names: names.size }
  }
  const circuits = Array.from({ length: 1_001 }, (_, i) => new CircuitBreaker({ name: `t-${i}` }))
  const detach = circuits.map((circuit) => attached.add(circuit))
  expect(inState()).toEqual({ points: 6_006, names: 1_001 })
  for (const each of detach) each()
  expect(inState()).toEqual({ points: 6_006, names: 0 })
  expect(inState()).toEqual({ points: 0, names: 0 })
})
