import fc from '@fluxgate/testkit/fast-check'
import { describe, expect, test } from 'vitest'
import { SortedList } from './sorted-list.ts'

const ascending = (a: number, b: number) => a - b
const batches = fc.array(fc.array(fc.nat(200), { maxLength: 20 }), { maxLength: 20 })

test('contains every inserted item once and sorted', () => {
  fc.assert(
    fc.property(batches, (portions) => {
      const list = portions.reduce(
        (before, portion) => before.insert(portion, ascending),
        SortedList.of<number>(),
      )
      expect([...list]).toEqual([...new Set(portions.flat())].sort(ascending))
      expect(list).toHaveLength(new Set(portions.flat()).size)
    }),
  )
})

test('does not change when two lists are made from it', () => {
  fc.assert(
    fc.property(batches, fc.array(fc.nat(400)), fc.array(fc.nat(400)), (portions, one, other) => {
      const all = portions.flat()
      const list = SortedList.of<number>().insert(all, ascending)
      const before = [...list]
      const first = list.insert(one, ascending)
      const second = list.insert(other, ascending)
      expect([...list]).toEqual(before)
      expect([...first]).toEqual([...new Set([...all, ...one])].sort(ascending))
      expect([...second]).toEqual([...new Set([...all, ...other])].sort(ascending))
    }),
  )
})

test('returns itself when nothing new is inserted', () => {
  const list = SortedList.of(1, 2, 3)
  expect(list.insert([], ascending)).toBe(list)
  expect(list.insert([3, 1], ascending)).toBe(list)
  expect(list.slice(0)).toBe(list)
})

test('keeps the existing one of two equal items', () => {
  const list = SortedList.of({ key: 1, from: 'first' }, { key: 2, from: 'first' })
  const next = list.insert(
    [
      { key: 1, from: 'second' },
      { key: 3, from: 'second' },
    ],
    (a, b) => a.key - b.key,
  )
  expect([...next].map(({ from }) => from)).toEqual(['first', 'first', 'second'])
})

describe('reading', () => {
  const list = SortedList.of(10, 20, 30, 40)

  test.each([
    [0, 10],
    [3, 40],
    [-1, 40],
    [-4, 10],
    [4, undefined],
    [-5, undefined],
  ])('at(%i)', (position, item) => {
    expect(list.at(position)).toBe(item)
  })

  test('search returns the first matching position', () => {
    expect([5, 10, 25, 40, 41].map((n) => list.search((item) => item >= n))).toEqual([
      0, 0, 2, 3, 4,
    ])
  })

  test('between, slice and filter return parts', () => {
    expect([...list.between(1, 3)]).toEqual([20, 30])
    expect([...list.between(-5, 99)]).toEqual([10, 20, 30, 40])
    expect([...list.slice(2)]).toEqual([30, 40])
    expect([...list.slice(-3, 2)]).toEqual([10, 20])
    expect([...list.filter((item) => item > 25)]).toEqual([30, 40])
  })
})

test('appending to a long list does not copy it', () => {
  const many = Array.from({ length: 200_000 }, (_, i) => i)
  const best = { short: Number.POSITIVE_INFINITY, long: Number.POSITIVE_INFINITY }
  for (let round = 0; round < 5; round++) {
    best.short = Math.min(best.short, appendMs(SortedList.of<number>()))
    best.long = Math.min(best.long, appendMs(SortedList.of<number>().insert(many, ascending)))
  }
  // with a copy for each append, the ratio would be in the thousands
  expect(best.long / best.short).toBeLessThan(50)
})

/** Measures 20,000 appends, in ms. */
function appendMs(to: SortedList<number>): number {
  let list = to
  const began = performance.now()
  for (let i = 0; i < 20_000; i++) list = list.insert([200_000 + i], ascending)
  const ended = performance.now()
  expect(list).toHaveLength(to.length + 20_000)
  return ended - began
}
