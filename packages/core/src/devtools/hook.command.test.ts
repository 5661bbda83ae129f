import { hookHere, inShort, newDocument, readAll } from '@fluxgate/testkit/devtools-page'
import { Rig } from '@fluxgate/testkit/rig'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { devtoolsListener, type WireCommand } from './index.ts'

beforeEach(newDocument)

const attached = (options: ConstructorParameters<typeof Rig>[0] = {}) =>
  new Rig({ listeners: [devtoolsListener()], ...options })

describe('a command', () => {
  test('is logged before the signal that it causes', () => {
    const rig = attached()
    const { next } = hookHere().read(0)
    expect(hookHere().command({ circuit: '1', action: 'trip' })).toEqual({ ok: true })
    expect(hookHere().read(next).events).toEqual([
      {
        type: 'command',
        seq: next + 1,
        circuit: '1',
        index: next,
        action: 'trip',
        timestamp: expect.any(Number),
      },
      expect.objectContaining({ type: 'signal', by: 'devtools', signal: rig.signals.at(-1) }),
    ])
  })

  test('is logged also when it has no effect', () => {
    attached()
    expect(hookHere().command({ circuit: '1', action: 'reset' })).toEqual({ ok: true })
    expect(readAll().map(inShort)).toEqual(['1 circuit-added payments', '1 command reset'])
  })

  test('is not the cause of a transition that a listener makes in another circuit', () => {
    const other = attached({ name: 'other' })
    attached({ listeners: [devtoolsListener(), () => other.breaker.forceOpen()] })
    hookHere().command({ circuit: '2', action: 'trip' })
    expect(readAll().filter((event) => event.type === 'signal')).toMatchObject([
      { circuit: '2', by: 'devtools' },
      { circuit: '1', signal: { newState: 'forced_open' } },
    ])
    expect(readAll().at(-1)).not.toHaveProperty('by')
  })
})

describe('a rejected command changes and logs nothing', () => {
  const run = (command: unknown) => hookHere().command(command as WireCommand)

  test('with controls: false', () => {
    const { breaker } = attached({ listeners: [devtoolsListener({ controls: false })] })
    expect(run({ circuit: '1', action: 'trip' })).toEqual({
      ok: false,
      error: 'this page has devtoolsListener({ controls: false })',
    })
    expect(breaker.state).toBe('closed')
    expect(readAll()).toHaveLength(1)
  })

  test('with controls: false, the hook does not refer to the circuit', () => {
    const { deref } = WeakRef.prototype
    const found: object[] = []
    vi.spyOn(WeakRef.prototype, 'deref').mockImplementation(function (this: WeakRef<object>) {
      const target = deref.call(this)
      if (target !== undefined) found.push(target)
      return target
    })
    const { breaker } = attached({ listeners: [devtoolsListener({ controls: false })] })
    hookHere().read(0, { metrics: ['1'] })
    run({ circuit: '1', action: 'trip' })
    vi.restoreAllMocks()
    expect(found.length).toBeGreaterThan(0)
    expect(found).not.toContain(breaker)
    for (const object of found) expect(object).not.toHaveProperty('trip')
  })

  test.each([
    ['2', 'there is no circuit "2"'],
    ['payments', 'there is no circuit "payments"'],
    ['__proto__', 'there is no circuit "__proto__"'],
    [undefined, 'there is no circuit undefined'],
  ])('for the unknown circuit %j', (circuit, error) => {
    attached()
    expect(run({ circuit, action: 'trip' })).toEqual({ ok: false, error })
    expect(readAll()).toHaveLength(1)
  })

  test.each(['dispose', 'toString', 'constructor', '__proto__', undefined])(
    'for the unknown action %j',
    (action) => {
      const { breaker } = attached()
      expect(run({ circuit: '1', action })).toEqual({
        ok: false,
        error: `there is no action ${JSON.stringify(action)}`,
      })
      expect(breaker.state).toBe('closed')
      expect(readAll()).toHaveLength(1)
    },
  )

  test('for a detached circuit', () => {
    attached().breaker.dispose()
    expect(run({ circuit: '1', action: 'trip' })).toEqual({
      ok: false,
      error: 'there is no circuit "1"',
    })
  })
})
