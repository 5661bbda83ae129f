import { hookHere, inShort, newDocument, readAll } from '@fluxgate/testkit/devtools-page'
import { Rig } from '@fluxgate/testkit/rig'
import { beforeEach, describe, expect, test } from 'vitest'
import { devtoolsListener, type WireCommand } from './index.ts'

beforeEach(newDocument)

const watched = (options: ConstructorParameters<typeof Rig>[0] = {}) =>
  new Rig({ listeners: [devtoolsListener()], ...options })

test.each([
  ['reset', 'disabled', 'closed'],
  ['forceOpen', 'closed', 'forced_open'],
  ['disable', 'closed', 'disabled'],
  ['metricsOnly', 'closed', 'metrics_only'],
  ['trip', 'closed', 'open'],
] as const)('%s moves the circuit, and the log says who did', (action, from, to) => {
  const rig = watched().enter(from)
  const { next } = hookHere().read(0)
  expect(hookHere().command({ circuit: '1', action })).toEqual({ ok: true })
  expect(rig.breaker.state).toBe(to)
  expect(hookHere().read(next).events).toEqual([
    {
      type: 'command',
      seq: next + 1,
      circuit: '1',
      index: next,
      action,
      timestamp: expect.any(Number),
    },
    expect.objectContaining({ type: 'signal', by: 'devtools', signal: rig.signals.at(-1) }),
  ])
})

test('a command that changes nothing is in the log all the same', () => {
  watched()
  expect(hookHere().command({ circuit: '1', action: 'reset' })).toEqual({ ok: true })
  expect(readAll().map(inShort)).toEqual(['1 circuit-added payments', '1 command reset'])
})

test('what the app does is not put down to the devtools', () => {
  const { breaker } = watched()
  hookHere().command({ circuit: '1', action: 'disable' })
  breaker.forceOpen()
  expect(readAll().map((event) => event.type === 'signal' && event.by)).toEqual([
    false,
    false,
    'devtools',
    undefined,
  ])
})

test('nor is what another circuit does in answer to it', () => {
  const other = watched({ name: 'other' })
  watched({ listeners: [devtoolsListener(), () => other.breaker.forceOpen()] })
  hookHere().command({ circuit: '2', action: 'trip' })
  expect(readAll().filter((event) => event.type === 'signal')).toMatchObject([
    { circuit: '2', by: 'devtools' },
    { circuit: '1', signal: { newState: 'forced_open' } },
  ])
  expect(readAll().at(-1)).not.toHaveProperty('by')
})

describe('is refused, and moves nothing,', () => {
  const refused = (command: unknown) => hookHere().command(command as WireCommand)

  test('when the page has no controls', () => {
    const { breaker } = watched({ listeners: [devtoolsListener({ controls: false })] })
    expect(hookHere().command({ circuit: '1', action: 'trip' })).toEqual({
      ok: false,
      error: 'this page has devtoolsListener({ controls: false })',
    })
    expect(breaker.state).toBe('closed')
    expect(readAll()).toHaveLength(1)
  })

  test.each([
    ['2', 'there is no circuit "2"'],
    ['payments', 'there is no circuit "payments"'],
    ['__proto__', 'there is no circuit "__proto__"'],
    [undefined, 'there is no circuit undefined'],
  ])('for the circuit %j', (circuit, error) => {
    watched()
    expect(refused({ circuit, action: 'trip' })).toEqual({ ok: false, error })
    expect(readAll()).toHaveLength(1)
  })

  test.each(['dispose', 'toString', 'constructor', '__proto__', undefined])(
    'for the action %j',
    (action) => {
      const { breaker } = watched()
      expect(refused({ circuit: '1', action })).toEqual({
        ok: false,
        error: `there is no action ${JSON.stringify(action)}`,
      })
      expect(breaker.state).toBe('closed')
      expect(readAll()).toHaveLength(1)
    },
  )

  test('when the circuit has left', () => {
    watched().breaker.dispose()
    expect(hookHere().command({ circuit: '1', action: 'trip' })).toEqual({
      ok: false,
      error: 'there is no circuit "1"',
    })
  })
})
