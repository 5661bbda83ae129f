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
