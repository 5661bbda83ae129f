import { CircuitBreaker, failureStreak, retryNever } from '@fluxgate/core'
import { devtoolsListener } from '@fluxgate/core/devtools'
import fc from '@fluxgate/testkit/fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { hookHere, newDocument } from '../../test/forged-page.ts'
import { added, commanded, counted, measured, moved, removed } from '../../test/wire-events.ts'
import { maxAnswerLength, parseCommandResult, parseReading } from './reading.ts'

beforeEach(newDocument)

const answerWith = (...events: unknown[]) =>
  JSON.stringify({ epoch: 'e', url: 'http://localhost/', answer: { next: 9, dropped: 0, events } })

const parsed = (...events: unknown[]) => parseReading(answerWith(...events))

const every = [
  added(),
  moved({ seq: 2, index: 1 }, 'closed', 'open'),
  { ...moved({ seq: 3, index: 2 }, 'open', 'closed'), by: 'devtools' },
  commanded(),
  removed(),
  counted(3, 1_000),
  measured(1_000),
] as const

test('what a page really says gets through as it is', () => {
  const breaker = new CircuitBreaker({
    name: 'payments',
    tripper: failureStreak(1),
    retry: retryNever(),
    listeners: [devtoolsListener()],
  })
  breaker.acquire().failure(new Error('down'))
  breaker.tryAcquire()
  hookHere().command({ circuit: '1', action: 'metricsOnly' })
  const answer = hookHere().read(0, { metrics: ['1'] })
  breaker.dispose()
  const last = hookHere().read(answer.next)
  const events = [...answer.events, ...last.events]
  expect(new Set(events.map(({ type }) => type)).size).toBe(6)
  expect(parsed(...events)).toEqual({
    epoch: 'e',
    url: 'http://localhost/',
    next: 9,
    dropped: 0,
    events: JSON.parse(JSON.stringify(events)),
    invalid: 0,
  })
})

test('a time beyond what a date can hold is cut, not thrown away', () => {
  const far = moved({ seq: 2, index: 1 }, 'closed', 'open', { retryAt: 1e300 })
  expect(parsed(far)?.events[0]).toMatchObject({ signal: { retryAt: 8.64e15 } })
})

describe('a forged answer', () => {
  test.each([
    ['nothing', ''],
    ['no JSON', '{'],
    ['a number', '5'],
    ['null', 'null'],
    ['an array', '[]'],
    ['another object', '{"next":1}'],
    [
      'no list of events',
      JSON.stringify({ epoch: 'e', url: '', answer: { next: 1, dropped: 0, events: {} } }),
    ],
    ['a cursor that is no number', answerWith().replace('9', '"9"')],
    ['a negative cursor', answerWith().replace('9', '-9')],
    ['an endless cursor', answerWith().replace('9', '1e999')],
    ['a long epoch', answerWith().replace('"e"', JSON.stringify('e'.repeat(101)))],
    ['too many events', answerWith(...Array(20_001).fill(0))],
    ['an endless answer', answerWith().padEnd(maxAnswerLength + 1)],
  ])('that is %s is none', (_what, json) => {
    expect(parseReading(json)).toBeUndefined()
  })

  test.each([
    ['null', null],
    ['a string', 'signal'],
    ['a list', []],
    ['of no type', { ...every[0], type: undefined }],
    ['of an unknown type', { ...every[0], type: 'toString' }],
    ['in an unknown state', moved({ seq: 2, index: 1 }, 'closed', '__proto__' as 'open')],
    ['with a number for a name', added({ snapshot: { ...added().snapshot, name: 5 as never } })],
    ['with a megabyte for a name', added({}, 'x'.repeat(1_000_000))],
    ['with a wrong place', { ...every[1], seq: -1 }],
    ['with half a place', { ...every[1], seq: 1.5 }],
    ['with a wrong total', counted(-1, 0)],
    ['with a wrong time', counted(1, 1e300)],
    [
      'with a tree that is wide',
      {
        ...measured(0),
        report: { rule: 'or', met: true, children: Array(51).fill({ rule: 'x', met: true }) },
      },
    ],
    ['with a tree that is deep', { ...measured(0), report: JSON.parse(deepTree(30)) }],
    ['with a tree of many nodes', { ...measured(0), report: JSON.parse(bushyTree(40)) }],
    ['with words for numbers', { ...measured(0), report: { rule: 'x', met: true, actual: '<b>' } }],
    [
      'with prototype keys where numbers should be',
      JSON.parse(JSON.stringify(measured(0)).replace('"slow":{}', '"slow":{"constructor":1}')),
    ],
  ])('event %s is thrown away and counted; the others stay', (_what, event) => {
    const reading = parsed(added(), event, counted(3, 1_000))
    expect(reading?.invalid).toBe(1)
    expect(reading?.events).toEqual([added(), counted(3, 1_000)])
  })

  test.each([[10_000], [300_000]])(
    'with a tree %i levels deep does not break the parser',
    (levels) => {
      const json = answerWith(added(), measured(0)).replace(
        JSON.stringify(measured(0).report),
        deepTree(levels),
      )
      expect(parseReading(json)).toMatchObject({ events: [added()], invalid: 1 })
    },
  )

  test('changes no prototype, and brings no key that it should not', () => {
    const json = answerWith(counted(3, 1_000)).replace(
      '"type":"rejected"',
      '"type":"rejected","__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"extra":1',
    )
    expect(json).toContain('__proto__')
    const event = parseReading(json)?.events[0]
    expect(event).toStrictEqual(counted(3, 1_000))
    expect(Object.getPrototypeOf(event)).toBe(Object.prototype)
    expect({}).not.toHaveProperty('polluted')
  })

  test('with tags in its texts is text', () => {
    const name = '<script>alert(1)</script>'
    expect(parsed(added({}, name))?.events).toEqual([added({}, name)])
  })

  test('never throws, whatever it is', () => {
    const anything = fc.oneof(
      fc.json({ maxDepth: 6 }),
      fc.string(),
      fc.array(fc.jsonValue(), { maxLength: 5 }).map((events) => answerWith(...events)),
      fc
        .tuple(fc.constantFrom(...every), fc.string(), fc.jsonValue())
        .map(([event, key, value]) => answerWith({ ...event, [key]: value })),
    )
    fc.assert(
      fc.property(anything, (json) => {
        const reading = parseReading(json)
        for (const event of reading?.events ?? []) {
          expect(every.map(({ type }) => type)).toContain(event.type)
        }
        parseCommandResult(json)
      }),
    )
  })

  test('spoils nothing else: change any one value of an event, and it is none or still one', () => {
    const wrong = fc.constantFrom(null, -1, '', {}, [], true)
    const change = fc.tuple(fc.constantFrom(...every), fc.nat(), wrong)
    fc.assert(
      fc.property(change, ([event, place, value]) => {
        const forged = JSON.parse(JSON.stringify(event))
        const places = placesIn(forged)
        places[place % places.length]?.(value)
        const reading = parsed(forged, added())
        expect(reading).toBeDefined()
        expect((reading?.events.length ?? 0) + (reading?.invalid ?? 0)).toBe(2)
        expect(reading?.events.at(-1)).toEqual(added())
      }),
    )
  })
})

/** For each value in a JSON value: what puts another one in its place. */
function placesIn(value: Record<string, unknown>): ((other: unknown) => void)[] {
  return Object.entries(value).flatMap(([key, item]) => {
    const here = (other: unknown) => {
      value[key] = other
    }
    return typeof item === 'object' && item !== null
      ? [here, ...placesIn(item as Record<string, unknown>)]
      : [here]
  })
}

const deepTree = (levels: number) =>
  `${'{"rule":"not","met":true,"children":['.repeat(levels)}{"rule":"x","met":true}${']}'.repeat(levels)}`

function bushyTree(width: number): string {
  const of = (child: string) =>
    `{"rule":"or","met":true,"children":[${Array(width).fill(child).join()}]}`
  return of(of('{"rule":"x","met":true}'))
}

describe('the answer to a command', () => {
  test.each([
    ['{"ok":true}', { ok: true }],
    ['{"ok":false,"error":"no"}', { ok: false, error: 'no' }],
    ['{"ok":false}', undefined],
    ['{"ok":"yes"}', undefined],
    ['', undefined],
    [JSON.stringify({ ok: false, error: 'x'.repeat(501) }), undefined],
  ])('%.40s', (json, result) => {
    expect(parseCommandResult(json)).toEqual(result)
  })
})
