import { memoryUsage } from 'node:process'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { countWindow } from './count-window.ts'
import { timeWindow } from './time-window.ts'
import { openCounts } from './window.contract.ts'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

function bytesInUse(): number {
  collectGarbage()
  const { heapUsed, arrayBuffers } = memoryUsage()
  return heapUsed + arrayBuffers
}

test.each([
  ['countWindow', countWindow(1_000)],
  ['timeWindow', timeWindow(60_000)],
])('%s takes the same memory for a million calls as for a thousand', (_name, window) => {
  const counts = openCounts(window, [10, 100])
  for (let i = 0; i < 1_000; i++) counts.record(i, i, false)
  const before = bytesInUse()
  for (let i = 0; i < 1_000_000; i++) counts.record(1_000 + i, i % 200, i % 2 === 0)
  // a million stored numbers would take at least 4,000,000 bytes
  expect(bytesInUse() - before).toBeLessThan(500_000)
  expect(counts.total).toBeGreaterThan(0)
})

test('counts take the same memory for a slow threshold of a second as for one of a millisecond', () => {
  const bytesFor = (slowMs: number) => {
    const all = Array.from({ length: 200 }, () => openCounts(countWindow(100), [slowMs]))
    const before = bytesInUse()
    for (let i = 0; i < all.length; i++) {
      const counts = openCounts(countWindow(100), [slowMs])
      counts.metrics(0)
      all[i] = counts
    }
    const grown = bytesInUse() - before
    expect(all).toHaveLength(200)
    return grown
  }
  bytesFor(1)
  // an array of 1,000 elements for each would take 1,600,000 bytes
  expect(bytesFor(1_000) - bytesFor(1)).toBeLessThan(100_000)
})
