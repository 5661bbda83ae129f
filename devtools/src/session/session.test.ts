import type { WireAction, WireCommandResult } from '@fluxgate/core/devtools'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { batch } from '../../test/messages.ts'
import { added, moved, start } from '../../test/wire-events.ts'
import type { CircuitAddress, Transport, TransportMessage } from '../transports/transport.ts'
import { emptySession } from './reduce.ts'
import { openSession, readOnlySession, type Session } from './session.ts'

/** A transport that does what the test says. */
class ManualTransport implements Transport {
  tell: ((message: TransportMessage) => void) | undefined
  visible = true
  watched: readonly CircuitAddress[] = []
  readonly commands: { action: WireAction; answer: (result: WireCommandResult) => void }[] = []

  start(tell: (message: TransportMessage) => void): void {
    this.tell = tell
  }

  stop(): void {
    this.tell = undefined
  }

  setVisible(visible: boolean): void {
    this.visible = visible
  }

  watch(circuits: readonly CircuitAddress[]): void {
    this.watched = circuits
  }

  command(_address: CircuitAddress, action: WireAction): Promise<WireCommandResult> {
    return new Promise((answer) => this.commands.push({ action, answer }))
  }
}

let transport: ManualTransport
let session: Session
beforeEach(() => {
  transport = new ManualTransport()
  session = openSession(transport, () => start)
})

const keyOf = () => [...session.getState().circuits.keys()][0] ?? ''

test('it knows what it is told, and tells of every change, and of nothing else', () => {
  const changed = vi.fn()
  const undo = session.subscribe(changed)
  transport.tell?.(batch([added()]))
  expect(session.getState().circuits.size).toBe(1)
  const state = session.getState()
  transport.tell?.(batch([], { next: 1 }))
  expect(session.getState()).toBe(state)
  expect(changed).toHaveBeenCalledTimes(1)
  undo()
  transport.tell?.(batch([moved({ seq: 2, index: 1 }, 'closed', 'open')]))
  expect(changed).toHaveBeenCalledTimes(1)
})

test('who subscribes twice is told twice, and can leave once', () => {
  const changed = vi.fn()
  session.subscribe(changed)
  session.subscribe(changed)()
  transport.tell?.(batch([added()]))
  expect(changed).toHaveBeenCalledTimes(1)
})

test('recording off stops reading, on again goes on', () => {
  session.record(false)
  expect(transport.tell).toBeUndefined()
  expect(session.getState().recording).toBe(false)
  session.record(true)
  transport.tell?.(batch([added()]))
  expect(session.getState().circuits.size).toBe(1)
})

test('it asks for the metrics of circuits that it knows', () => {
  transport.tell?.(batch([added()]))
  session.watch([keyOf(), 'unknown'])
  expect(transport.watched).toEqual([{ frame: 'top', epoch: 'e1', circuit: '1' }])
})

describe('a command', () => {
  test('is pending, then what the page says', async () => {
    transport.tell?.(batch([added()]))
    session.command(keyOf(), 'trip')
    session.command(keyOf(), 'reset')
    const statuses = () => session.getState().commands.map(({ action, status }) => [action, status])
    expect(statuses()).toEqual([
      ['trip', 'pending'],
      ['reset', 'pending'],
    ])
    transport.commands[1]?.answer({ ok: false, error: 'no' })
    transport.commands[0]?.answer({ ok: true })
    await Promise.resolve()
    expect(statuses()).toEqual([
      ['trip', 'confirmed'],
      ['reset', 'failed'],
    ])
    expect(session.getState().commands[1]).toMatchObject({ error: 'no', sentAt: start })
  })

  test('for a circuit that nobody knows is none', () => {
    session.command('unknown', 'trip')
    expect(session.getState().commands).toEqual([])
    expect(transport.commands).toEqual([])
  })
})

test('closed, it reads no more; hidden, the transport is told', () => {
  session.setVisible(false)
  expect(transport.visible).toBe(false)
  session.close()
  expect(transport.tell).toBeUndefined()
})

test('a session to look at only can be looked at, and asks nobody', () => {
  const file = readOnlySession({ ...emptySession, source: 'file' })
  file.record(false)
  file.command('x', 'trip')
  file.watch(['x'])
  file.setVisible(false)
  file.close()
  file.dispatch({ type: 'set-view', change: { filter: 'pay' } })
  expect(file.getState()).toEqual({ ...emptySession, source: 'file', view: { filter: 'pay' } })
})
