import type { WireEvent } from '@fluxgate/core/devtools'
import fc from '@fluxgate/testkit/fast-check'
import { expect, test } from 'vitest'
import { batch } from '../../test/messages.ts'
import { added, counted, start, transition } from '../../test/wire-events.ts'
import { emptySession, reduce } from './reduce.ts'
import { rejectionsIn } from './rejections.ts'
import type { Circuit } from './state.ts'

function circuitAfter(...events: WireEvent[]): Circuit {
  const [circuit] = reduce(emptySession, batch(events)).circuits.values()
  if (circuit === undefined) throw new Error('The session has no circuit')
  return circuit
}

const at = (second: number) => start + second * 1_000
const tenSeconds = { from: at(0), to: at(10) }

test('distributes rejections over the time between two counts', () => {
  const circuit = circuitAfter(added(), counted(0, at(2)), counted(10, at(4)), counted(13, at(7)))
  expect(rejectionsIn(circuit, tenSeconds, 10)).toEqual([0, 0, 5, 5, 1, 1, 1, 0, 0, 0])
  expect(rejectionsIn(circuit, tenSeconds, 5)).toEqual([0, 10, 2, 1, 0])
})

test('a narrower span contains its share', () => {
  const circuit = circuitAfter(added(), counted(0, at(2)), counted(10, at(4)))
  expect(rejectionsIn(circuit, { from: at(3), to: at(5) }, 2)).toEqual([5, 0])
  expect(rejectionsIn(circuit, { from: at(2.5), to: at(3.5) }, 1)).toEqual([5])
  expect(rejectionsIn(circuit, { from: at(5), to: at(9) }, 2)).toEqual([0, 0])
})

test('uses the counts of signals from before the first read', () => {
  const circuit = circuitAfter(
    added(),
    transition({ seq: 2, index: 1 }, 'closed', 'open'),
    transition({ seq: 6, index: 2 }, 'open', 'half_open', {}, 8),
  )
  expect(rejectionsIn(circuit, tenSeconds, 10)).toEqual([0, 0, 2, 2, 2, 2, 0, 0, 0, 0])
})

test('distributes the first count over the time since the circuit was added', () => {
  expect(rejectionsIn(circuitAfter(added(), counted(4, at(4))), tenSeconds, 5)).toEqual([
    2, 2, 0, 0, 0,
  ])
  expect(rejectionsIn(circuitAfter(counted(4, at(5))), tenSeconds, 5)).toEqual([0, 0, 4, 0, 0])
})

test('the sum of all buckets is the total', () => {
  const counts = fc.array(fc.record({ more: fc.nat(50), after: fc.nat(2_000) }), { maxLength: 40 })
  fc.assert(
    fc.property(counts, fc.integer({ min: 1, max: 500 }), (steps, buckets) => {
      let total = 0
      let timestamp = start
      const events = steps.map(({ more, after }) => {
        total += more
        timestamp += after
        return counted(total, timestamp)
      })
      const span = { from: start - 1, to: timestamp + 1 }
      const density = rejectionsIn(circuitAfter(added(), ...events), span, buckets)
      expect(density).toHaveLength(buckets)
      expect(Math.min(...density)).toBeGreaterThanOrEqual(0)
      expect(density.reduce((sum, part) => sum + part, 0)).toBeCloseTo(total, 6)
    }),
  )
})
