import { CircuitBreaker } from '@fluxgate/core'
import fc from '@fluxgate/testkit/fast-check'
import { describe, expect, test } from 'vitest'
import { NestedCallers } from './nested-callers.ts'

const depth = fc.integer({ min: 1, max: 4 })
const probes = fc.integer({ min: 1, max: 4 })
const callers = fc.integer({ min: 1, max: 12 })
const interleaving = fc.array(fc.nat({ max: 11 }), { maxLength: 300, size: 'max' })

/** Takes the steps of an interleaving, then lets every caller go on in turn until the probes decided. */
function finish(nested: NestedCallers, steps: readonly number[]): void {
  for (const index of steps) nested.step(index)
  for (let i = 0; i < 2_000 && !nested.decided; i++) nested.stepEach()
}

describe('a half-open circuit whose guarded functions call one another', () => {
  test('closes when the service is healthy, in every interleaving', () => {
    fc.assert(
      fc.property(depth, probes, callers, fc.boolean(), interleaving, (...args) => {
        const [depth, probes, callers, wraps, steps] = args
        const nested = new NestedCallers({ depth, probes, callers, wraps, down: false })
        finish(nested, steps)
        expect(nested.breaker.state).toBe('closed')
      }),
      { numRuns: 500 },
    )
  })

  test('opens when the service is down, and admits no call without slots for all its levels', () => {
    fc.assert(
      fc.property(depth, probes, callers, fc.boolean(), interleaving, (...args) => {
        const [depth, probes, callers, wraps, steps] = args
        const nested = new NestedCallers({ depth, probes, callers, wraps, down: true })
        finish(nested, steps)
        expect(nested.breaker.state).toBe('open')
        expect(nested.reached * depth).toBeLessThanOrEqual(probes + nested.endedInRejection)
      }),
      { numRuns: 500 },
    )
  })

  test('closes when the rejection of another circuit comes before its own', async () => {
    const other = new CircuitBreaker({ name: 'other', initial: 'forced_open' })
    const breaker = new CircuitBreaker({ name: 'nested', probes: 1, initial: 'half_open' })
    const answer = async () => 'answer'
    const any = () => Promise.any([other.call(answer), breaker.call(answer)])
    await expect(breaker.call(any)).rejects.toThrow(AggregateError)
    await expect(breaker.call(any)).resolves.toBe('answer')
    expect(breaker.state).toBe('closed')
  })

  // How many calls reach a service that is down depends on the interleaving, and is not bounded by
  // `probes` alone. These are the usual ones.
  test.each([1, 2, 3, 4])('sends few calls to a service that is down, at depth %i', (depth) => {
    for (const probes of [1, 2, 3, 5]) {
      for (const callers of [1, 2, 5, 20]) {
        const nested = new NestedCallers({ depth, probes, callers, wraps: false, down: true })
        finish(nested, [])
        expect(nested.breaker.state).toBe('open')
        expect(nested.reached).toBeLessThanOrEqual(probes + depth)
      }
    }
  })

  test.each([1, 3])(
    'sends at most 3 calls of 200 concurrent callers, with %i probes',
    async (probes) => {
      const breaker = new CircuitBreaker({ name: 'nested', probes })
      breaker.halfOpen()
      let reached = 0
      const inner = breaker.wrap(async () => {
        reached++
        await undefined
        throw new Error('down')
      })
      const outer = breaker.wrap(async () => {
        await undefined
        return inner()
      })
      for (let burst = 0; burst < 300 && breaker.state === 'half_open'; burst++) {
        await Promise.allSettled(Array.from({ length: 200 }, outer))
      }
      expect(breaker.state).toBe('open')
      expect(reached).toBeLessThanOrEqual(3)
    },
  )
})
