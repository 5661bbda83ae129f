import { expect, test } from 'vitest'
import { CircuitCounts } from './circuit-counts.ts'

test('a call without a duration is counted, but in no bucket', () => {
  const counts = new CircuitCounts({ circuit_name: 'payments' })
  counts.countCall('success', undefined, [1])
  expect(counts.of('success')).toMatchObject({ calls: 1, timedCalls: 0, buckets: undefined })
})
