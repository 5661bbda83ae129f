import { hookHere, newDocument, readAll } from '@fluxgate/testkit/devtools-page'
import { Rig } from '@fluxgate/testkit/rig'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { RuleReport } from '../index.ts'
import { devtoolsKey, devtoolsListener } from './index.ts'

beforeEach(newDocument)
afterEach(() => vi.restoreAllMocks())

const key = Symbol.for(devtoolsKey)

describe('the object in the page', () => {
  test('is made by the first listener, and shared by all', () => {
    expect(Reflect.has(globalThis, key)).toBe(false)
    devtoolsListener()
    const hook = hookHere()
    devtoolsListener()
    expect(hookHere()).toBe(hook)
    expect(hook.version).toBe(1)
    expect(Object.keys(globalThis)).not.toContain(devtoolsKey)
  })

  test('is another one in another document', () => {
    devtoolsListener()
    const { epoch } = hookHere()
    newDocument()
    devtoolsListener()
    expect(hookHere().epoch).not.toBe(epoch)
  })

  test.each([
    ['something else', { version: 2 }],
    ['a string', 'mine'],
    ['null', null],
    [
      'a trap',
      {
        get version() {
          throw new Error('trap')
        },
      },
    ],
  ])('may be %s, which is left alone: the app runs on, without devtools', (_what, value) => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    Object.defineProperty(globalThis, key, { value, configurable: true })
    const rig = new Rig({ listeners: [devtoolsListener()] })
    rig.fail(3)
    rig.breaker.dispose()
    expect(rig.breaker.state).toBe('open')
    expect(rig.errors).toEqual([])
    expect(Reflect.get(globalThis, key)).toBe(value)
    expect(warn).toHaveBeenCalledExactlyOnceWith(expect.stringContaining(devtoolsKey))
  })

  test('may be impossible to make: the app runs on all the same', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    vi.spyOn(Object, 'defineProperty').mockImplementationOnce(() => {
      throw new TypeError('Cannot define property, object is not extensible')
    })
    const rig = new Rig({ listeners: [devtoolsListener()] })
    rig.fail(3)
    expect(rig.transitions).toEqual(['closed>open'])
    expect(rig.errors).toEqual([])
    expect(warn).toHaveBeenCalledOnce()
  })
})

describe('options', () => {
  test.each([
    [
      { capacity: 0 },
      RangeError,
      'devtoolsListener: capacity must be a whole number from 1, got 0',
    ],
    [
      { capacity: '9' },
      TypeError,
      'devtoolsListener: capacity must be a whole number from 1, got "9"',
    ],
    [{ controls: 1 }, TypeError, 'devtoolsListener: controls must be a boolean, got 1'],
    [{ size: 1 }, TypeError, 'devtoolsListener: each option must be one of capacity, controls'],
  ])('%j is refused', (options, type, message) => {
    const make = () => devtoolsListener(options as Parameters<typeof devtoolsListener>[0])
    expect(make).toThrow(type)
    expect(make).toThrow(message)
  })
})

describe('what leaves the page is small JSON, whatever the rules of the app say of themselves', () => {
  const tell = (report: unknown) => {
    const rig = new Rig({
      tripper: { test: () => true, explain: () => report as RuleReport },
      listeners: [devtoolsListener()],
    })
    rig.fail()
    expect(rig.breaker.state).toBe('open')
    return readAll()
  }

  test('names and reasons are cut', () => {
    const name = 'x'.repeat(1_000_000)
    const { breaker } = new Rig({ name, listeners: [devtoolsListener()] })
    breaker.trip({ reason: name })
    hookHere().command({ circuit: '1', action: 'reset' })
    const text = JSON.stringify(hookHere().read(0, { metrics: ['1'] }))
    expect(JSON.parse(text).events).toHaveLength(5)
    expect(text.length).toBeLessThan(6_000)
  })

  test('trees are cut where they are too wide or too deep', () => {
    const wide = {
      rule: 'or',
      op: 'or',
      met: true,
      children: Array(10_000).fill({ rule: 'x', met: true }),
    }
    expect(JSON.stringify(tell(wide)).length).toBeLessThan(5_000)
  })

  test('a tree with a cycle ends', () => {
    const round: { rule: string; met: boolean; children: unknown[] } = {
      rule: 'a',
      met: true,
      children: [],
    }
    round.children.push(round)
    const events = tell(round)
    expect(events).toMatchObject([{}, { signal: { report: { children: [{ children: [{}] }] } } }])
    expect(JSON.stringify(events).length).toBeLessThan(5_000)
  })

  test('what is no number is left out', () => {
    const [, signal] = tell({ rule: 'x', met: true, actual: Number.NaN, threshold: Infinity })
    expect(JSON.parse(JSON.stringify(signal)).signal.report).toEqual({ rule: 'x', met: true })
  })

  test('an event that throws when it is read is missing, and counted', () => {
    const events = tell({
      rule: 'x',
      met: true,
      get children() {
        throw new Error('trap')
      },
    })
    expect(events).toHaveLength(1)
    expect(hookHere().read(0)).toMatchObject({ next: 2, dropped: 1 })
  })
})
