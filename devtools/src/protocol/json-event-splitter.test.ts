import fc from '@fluxgate/testkit/fast-check'
import { expect, test } from 'vitest'
import { JsonEventSplitter } from './json-event-splitter.ts'

function split(...chunks: readonly string[]) {
  const splitter = new JsonEventSplitter()
  const events = chunks.flatMap((chunk) => [...splitter.split(chunk)])
  return { events, remainder: splitter.remainder }
}

const file = (...events: unknown[]) => ({ format: 'f', epochs: [{ visits: [1], events }] })

test('returns the events and leaves their indexes in the remainder', () => {
  const other = { epochs: [{ events: [{ a: 1 }, 'text'] }, { events: [{ b: [{}] }] }] }
  expect(split(JSON.stringify(other))).toEqual({
    events: ['{"a":1}', '{"b":[{}]}'],
    remainder: '{"epochs":[{"events":[0,"text"]},{"events":[1]}]}',
  })
})

test('ignores brackets and quotes inside strings', () => {
  const event = { name: '{"[\\', '"}': ']' }
  expect(split(JSON.stringify(file(event))).events).toEqual([JSON.stringify(event)])
})

test('finds the same events in any layout and with any chunk boundaries', () => {
  const layout = fc.constantFrom(undefined, 1, '\t')
  const boundaries = fc.array(fc.nat(400), { maxLength: 8 })
  fc.assert(
    fc.property(
      fc.array(fc.dictionary(fc.string(), fc.json())),
      layout,
      boundaries,
      (events, space, at) => {
        const text = JSON.stringify(file(...events), undefined, space)
        const cuts = [0, ...at.sort((a, b) => a - b), text.length]
        const found = split(...cuts.map((from, index) => text.slice(from, cuts[index + 1])))
        expect(found.events.map((json) => JSON.parse(json))).toEqual(
          events.map((event) => JSON.parse(JSON.stringify(event))),
        )
        expect(JSON.parse(found.remainder)).toEqual(file(...events.keys()))
      },
    ),
  )
})

test('does not throw on malformed JSON', () => {
  expect(split(']]]]}{{{{{{{', '"\\').events).toEqual([])
})
