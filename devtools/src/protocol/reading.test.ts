import { CircuitBreaker, failureStreak, retryNever } from '@fluxgate/core'
import { devtoolsListener } from '@fluxgate/core/devtools'
import fc from '@fluxgate/testkit/fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { currentHook, removeHook } from '../../test/page-hook.ts'
import { added, commanded, counted, measured, removed, transition } from '../../test/wire-events.ts'
import { maxAnswerLength, parseCommandResult, parseReading } from './reading.ts'

beforeEach(removeHook)

const answerWith = (...events: unknown[]) =>
  JSON.stringify({ epoch: 'e', url: 'http://localhost/', answer: { next: 9, dropped: 0, events } })

const parsed = (...events: unknown[]) => parseReading(answerWith(...events))

const allEvents = [
  added(),
  transition({ seq: 2, index: 1 }, 'closed', 'open'),
  { ...transition({ seq: 3, index: 2 }, 'open', 'closed'), by: 'devtools' },
  commanded(),
  removed(),
  counted(3, 1_000),
  measured(1_000),
] as const

test('accepts every event that the hook sends', () => {
  const breaker = new CircuitBreaker({
    name: 'payments',
    tripper: failureStreak(1),
    retry: retryNever(),
    listeners: [devtoolsListener()],
  })
  breaker.acquire().failure(new Error('down'))
  breaker.tryAcquire()
  currentHook().command({ circuit: '1', action: 'metricsOnly' })
  const answer = currentHook().read(0, { metrics: ['1'] })
  breaker.dispose()
  const last = currentHook().read(answer.next)
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

test('accepts a report without type and args, as of a hand-written rule', () => {
  const report = { rule: 'mine', met: false }
  expect(parsed({ ...measured(0), report })?.events).toEqual([{ ...measured(0), report }])
})

test('clamps a time that a Date cannot represent', () => {
  const far = transition({ seq: 2, index: 1 }, 'closed', 'open', { retryAt: 1e300 })
  expect(parsed(far)?.events[0]).toMatchObject({ signal: { retryAt: 8.64e15 } })
})

describe('a forged answer', () => {
  test.each([
    ['the empty string', ''],
    ['malformed JSON', '{'],
    ['a number', '5'],
    ['null', 'null'],
    ['an array', '[]'],
    ['another object', '{"next":1}'],
    [
      'events that are not an array',
      JSON.stringify({ epoch: 'e', url: '', answer: { next: 1, dropped: 0, events: {} } }),
    ],
    ['a cursor that is a string', answerWith().replace('9', '"9"')],
    ['a negative cursor', answerWith().replace('9', '-9')],
    ['an infinite cursor', answerWith().replace('9', '1e999')],
    ['a long epoch', answerWith().replace('"e"', JSON.stringify('e'.repeat(101)))],
    ['too many events', answerWith(...Array(20_001).fill(0))],
    ['an answer that is too long', answerWith().padEnd(maxAnswerLength + 1)],
  ])('is rejected: %s', (_what, json) => {
    expect(parseReading(json)).toBeUndefined()
  })

  test.each([
    ['null', null],
    ['a string', 'signal'],
    ['an array', []],
    ['without a type', { ...allEvents[0], type: undefined }],
    ['with an unknown type', { ...allEvents[0], type: 'toString' }],
    ['with an unknown state', transition({ seq: 2, index: 1 }, 'closed', '__proto__' as 'open')],
    ['with a number for a name', added({ snapshot: { ...added().snapshot, name: 5 as never } })],
    ['with a megabyte for a name', added({}, 'x'.repeat(1_000_000))],
    ['with a negative seq', { ...allEvents[1], seq: -1 }],
    ['with a fractional seq', { ...allEvents[1], seq: 1.5 }],
    ['with a negative total', counted(-1, 0)],
    ['with a time out of range', counted(1, 1e300)],
    [
      'with a report of 51 children',
      {
        ...measured(0),
        report: { rule: 'or', met: true, children: Array(51).fill({ rule: 'x', met: true }) },
      },
    ],
    ['with a report of 31 levels', { ...measured(0), report: JSON.parse(deepTree(30)) }],
    ['with a report of over 1,000 nodes', { ...measured(0), report: JSON.parse(bushyTree(40)) }],
    [
      'with strings for numbers',
      { ...measured(0), report: { rule: 'x', met: true, actual: '<b>' } },
    ],
    [
      'with 51 arguments of a rule',
      { ...measured(0), report: { ...measured(0).report, args: Array(51).fill(1) } },
    ],
    [
      'with a rule argument of 31 levels',
      { ...measured(0), report: { ...measured(0).report, args: [JSON.parse(deepPolicy(30))] } },
    ],
    [
      'with a number for the type of a rule',
      { ...measured(0), report: { ...measured(0).report, type: 1 } },
    ],
    [
      'with prototype keys where numbers should be',
      JSON.parse(JSON.stringify(measured(0)).replace('"slow":{}', '"slow":{"constructor":1}')),
    ],
  ])('event %s is discarded and counted', (_what, event) => {
    const reading = parsed(added(), event, counted(3, 1_000))
    expect(reading?.invalid).toBe(1)
    expect(reading?.events).toEqual([added(), counted(3, 1_000)])
  })

  test.each([[60], [10_000], [300_000]])('with a report of %i levels is rejected', (levels) => {
    const json = answerWith(added(), measured(0)).replace(
      JSON.stringify(measured(0).report),
      deepTree(levels),
    )
    expect(parseReading(json)).toBeUndefined()
  })

  test('is checked up to its hundredth malformed event', () => {
    const events = [added(), ...Array(200).fill({ type: 'signal' }), added()]
    expect(parsed(...events)).toMatchObject({ events: [added()], invalid: 201 })
  })

  test.each(['[[[', '"[[[', '\\"[[[', '\\'])(
    'counts no depth inside of the string %j',
    (string) => {
      expect(parsed(...Array(60).fill(string))?.invalid).toBe(60)
    },
  )

  test('loses unknown keys and leaves prototypes unchanged', () => {
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

  test('never throws', () => {
    const anything = fc.oneof(
      fc.json({ maxDepth: 6 }),
      fc.string(),
      fc.array(fc.jsonValue(), { maxLength: 5 }).map((events) => answerWith(...events)),
      fc
        .tuple(fc.constantFrom(...allEvents), fc.string(), fc.jsonValue())
        .map(([event, key, value]) => answerWith({ ...event, [key]: value })),
    )
    fc.assert(
      fc.property(anything, (json) => {
        const reading = parseReading(json)
        for (const event of reading?.events ?? []) {
          expect(allEvents.map(({ type }) => type)).toContain(event.type)
        }
        parseCommandResult(json)
      }),
    )
  })

  test('loses at most the event in which one value was changed', () => {
    const wrong = fc.constantFrom(null, -1, '', {}, [], true)
    const change = fc.tuple(fc.constantFrom(...allEvents), fc.nat(), wrong)
    fc.assert(
      fc.property(change, ([event, index, value]) => {
        const forged = JSON.parse(JSON.stringify(event))
        const setters = settersIn(forged)
        setters[index % setters.length]?.(value)
        const reading = parsed(forged, added())
        expect(reading).toBeDefined()
        expect((reading?.events.length ?? 0) + (reading?.invalid ?? 0)).toBe(2)
        expect(reading?.events.at(-1)).toEqual(added())
      }),
    )
  })
})

/** Returns a setter for each value nested in a JSON value. */
function settersIn(value: Record<string, unknown>): ((other: unknown) => void)[] {
  return Object.entries(value).flatMap(([key, item]) => {
    const set = (other: unknown) => {
      value[key] = other
    }
    return typeof item === 'object' && item !== null
      ? [set, ...settersIn(item as Record<string, unknown>)]
      : [set]
  })
}

const deepTree = (levels: number) =>
  `${'{"rule":"not","met":true,"children":['.repeat(levels)}{"rule":"x","met":true}${']}'.repeat(levels)}`

const deepPolicy = (levels: number) =>
  `${'{"type":"not","args":['.repeat(levels)}{"type":"x","args":[]}${']}'.repeat(levels)}`

function bushyTree(width: number): string {
  const of = (child: string) =>
    `{"rule":"or","met":true,"children":[${Array(width).fill(child).join()}]}`
  return of(of('{"rule":"x","met":true}'))
}

describe('parseCommandResult', () => {
  test.each([
    ['{"ok":true}', { ok: true }],
    ['{"ok":false,"error":"no"}', { ok: false, error: 'no' }],
    ['{"ok":false}', undefined],
    ['{"ok":"yes"}', undefined],
    ['', undefined],
    [JSON.stringify({ ok: false, error: 'x'.repeat(501) }), undefined],
  ])('parses %.40s', (json, result) => {
    expect(parseCommandResult(json)).toEqual(result)
  })
})
