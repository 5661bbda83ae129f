import fc from '@fluxgate/testkit/fast-check'
import { expect, test } from 'vitest'
import { JsonEventSplitter } from './json-event-splitter.ts'

function cut(...pieces: readonly string[]) {
  const cutter = new JsonEventSplitter()
  const events = pieces.flatMap((piece) => [...cutter.cut(piece)])
  return { events, rest: cutter.rest }
}

const file = (...events: unknown[]) => ({ format: 'f', epochs: [{ visits: [1], events }] })

test('takes the events out and leaves their numbers', () => {
  const other = { epochs: [{ events: [{ a: 1 }, 'text'] }, { events: [{ b: [{}] }] }] }
  expect(cut(JSON.stringify(other))).toEqual({
    events: ['{"a":1}', '{"b":[{}]}'],
    rest: '{"epochs":[{"events":[0,"text"]},{"events":[1]}]}',
  })
})

test('brackets and quotes in a text are text', () => {
  const event = { name: '{"[\\', '"}': ']' }
  expect(cut(JSON.stringify(file(event))).events).toEqual([JSON.stringify(event)])
})

test('finds the same in any layout, and wherever the text is cut in pieces', () => {
  const layout = fc.constantFrom(undefined, 1, '\t')
  const places = fc.array(fc.nat(400), { maxLength: 8 })
  fc.assert(
    fc.property(
      fc.array(fc.dictionary(fc.string(), fc.json())),
      layout,
      places,
      (events, space, at) => {
        const text = JSON.stringify(file(...events), undefined, space)
        const cuts = [0, ...at.sort((a, b) => a - b), text.length]
        const found = cut(...cuts.map((from, index) => text.slice(from, cuts[index + 1])))
        expect(found.events.map((json) => JSON.parse(json))).toEqual(
          events.map((event) => JSON.parse(JSON.stringify(event))),
        )
        expect(JSON.parse(found.rest)).toEqual(file(...events.keys()))
      },
    ),
  )
})

test('what is no JSON does it no harm', () => {
  expect(cut(']]]]}{{{{{{{', '"\\').events).toEqual([])
})
