import { hookHere, newDocument, readAll } from '@fluxgate/testkit/devtools-page'
import { Rig } from '@fluxgate/testkit/rig'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { RuleReport } from '../index.ts'
import { devtoolsKey, devtoolsListener } from './index.ts'

beforeEach(newDocument)
afterEach(() => vi.restoreAllMocks())

const key = Symbol.for(devtoolsKey)

describe('the hook on globalThis', () => {
  test('is made by the first listener and is not enumerable', () => {
    expect(Reflect.has(globalThis, key)).toBe(false)
    devtoolsListener()
    const hook = hookHere()
    devtoolsListener()
    expect(hookHere()).toBe(hook)
    expect(Object.keys(globalThis)).not.toContain(devtoolsKey)
  })

  test('has another epoch in another document', () => {
    devtoolsListener()
    const { epoch } = hookHere()
    newDocument()
    devtoolsListener()
    expect(hookHere().epoch).not.toBe(epoch)
  })

  test.each([
    ['an object of another version', { version: 2 }],
    ['a string', 'mine'],
    ['null', null],
    [
      'an object whose getter throws',
      {
        get version() {
          throw new Error('trap')
        },
      },
    ],
  ])('is not made when its key holds %s, and the breaker works without it', (_what, value) => {
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

  test('is not made on a frozen globalThis, and the breaker works without it', () => {
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

test('devtoolsListener() throws for an unknown option', () => {
  const options = { size: 1 } as Parameters<typeof devtoolsListener>[0]
  expect(() => devtoolsListener(options)).toThrow(
    'devtoolsListener: each option must be one of capacity, controls',
  )
})

describe('an event', () => {
  /** The events of a circuit that opens with this report. */
  const eventsWith = (report: unknown) => {
    const rig = new Rig({
      tripper: { test: () => true, explain: () => report as RuleReport },
      listeners: [devtoolsListener()],
    })
    rig.fail()
    expect(rig.breaker.state).toBe('open')
    return readAll()
  }

  test('contains the start of a long name and reason', () => {
    const name = 'x'.repeat(1_000_000)
    const { breaker } = new Rig({ name, listeners: [devtoolsListener()] })
    breaker.trip({ reason: name })
    hookHere().command({ circuit: '1', action: 'reset' })
    const text = JSON.stringify(hookHere().read(0, { metrics: ['1'] }))
    expect(JSON.parse(text).events).toHaveLength(5)
    expect(text.length).toBeLessThan(6_000)
  })

  test('contains the first branches of a wide rule tree', () => {
    const wide = {
      rule: 'or',
      op: 'or',
      met: true,
      children: Array(10_000).fill({ rule: 'x', met: true }),
    }
    expect(JSON.stringify(eventsWith(wide)).length).toBeLessThan(5_000)
  })

  test('contains the first levels of a rule tree with a cycle', () => {
    const cyclic: { rule: string; met: boolean; children: unknown[] } = {
      rule: 'a',
      met: true,
      children: [],
    }
    cyclic.children.push(cyclic)
    const events = eventsWith(cyclic)
    expect(events).toMatchObject([{}, { signal: { report: { children: [{ children: [{}] }] } } }])
    expect(JSON.stringify(events).length).toBeLessThan(5_000)
  })

  test('omits NaN and infinite numbers', () => {
    const [, signal] = eventsWith({ rule: 'x', met: true, actual: Number.NaN, threshold: Infinity })
    expect(JSON.parse(JSON.stringify(signal)).signal.report).toEqual({ rule: 'x', met: true })
  })

  test('counts as dropped when its rule tree throws on reading', () => {
    const events = eventsWith({
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
