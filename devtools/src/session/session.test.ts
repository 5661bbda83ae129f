import type { WireAction, WireCommandResult } from '@fluxgate/core/devtools'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { batch } from '../../test/messages.ts'
import { added, start, transition } from '../../test/wire-events.ts'
import type { CircuitAddress, Transport, TransportMessage } from '../transports/transport.ts'
import { emptySession } from './reduce.ts'
import { openSession, readOnlySession, type Session } from './session.ts'

/** A transport that the test controls. */
class ManualTransport implements Transport {
  listener: ((message: TransportMessage) => void) | undefined
  visible = true
  watched: readonly CircuitAddress[] = []
  readonly commands: { action: WireAction; settle: (result: WireCommandResult) => void }[] = []

  start(listener: (message: TransportMessage) => void): void {
    this.listener = listener
  }

  stop(): void {
    this.listener = undefined
  }

  setVisible(visible: boolean): void {
    this.visible = visible
  }

  watch(circuits: readonly CircuitAddress[]): void {
    this.watched = circuits
  }

  command(_address: CircuitAddress, action: WireAction): Promise<WireCommandResult> {
    return new Promise((settle) => this.commands.push({ action, settle }))
  }
}

let transport: ManualTransport
let session: Session
beforeEach(() => {
  transport = new ManualTransport()
  session = openSession(transport, () => start)
})

const keyOf = () => [...session.getState().circuits.keys()][0] ?? ''

test('notifies subscribers of every change of the state, and only of changes', () => {
  const listener = vi.fn()
  const unsubscribe = session.subscribe(listener)
  transport.listener?.(batch([added()]))
  expect(session.getState().circuits.size).toBe(1)
  const state = session.getState()
  transport.listener?.(batch([], { next: 1 }))
  expect(session.getState()).toBe(state)
  expect(listener).toHaveBeenCalledTimes(1)
  unsubscribe()
  transport.listener?.(batch([transition({ seq: 2, index: 1 }, 'closed', 'open')]))
  expect(listener).toHaveBeenCalledTimes(1)
})

test('a listener that subscribes twice can unsubscribe once', () => {
  const listener = vi.fn()
  session.subscribe(listener)
  session.subscribe(listener)()
  transport.listener?.(batch([added()]))
  expect(listener).toHaveBeenCalledTimes(1)
})

test('stops reading while recording is off', () => {
  session.record(false)
  expect(transport.listener).toBeUndefined()
  expect(session.getState().recording).toBe(false)
  session.record(true)
  transport.listener?.(batch([added()]))
  expect(session.getState().circuits.size).toBe(1)
})

test('watches the known ones of the given circuits', () => {
  transport.listener?.(batch([added()]))
  session.watch([keyOf(), 'unknown'])
  expect(transport.watched).toEqual([{ frame: 'top', epoch: 'e1', circuit: '1' }])
})

describe('a command', () => {
  test('is pending until the page answers, then confirmed or failed', async () => {
    transport.listener?.(batch([added()]))
    session.command(keyOf(), 'trip')
    session.command(keyOf(), 'reset')
    const statuses = () => session.getState().commands.map(({ action, status }) => [action, status])
    expect(statuses()).toEqual([
      ['trip', 'pending'],
      ['reset', 'pending'],
    ])
    transport.commands[1]?.settle({ ok: false, error: 'no' })
    transport.commands[0]?.settle({ ok: true })
    await Promise.resolve()
    expect(statuses()).toEqual([
      ['trip', 'confirmed'],
      ['reset', 'failed'],
    ])
    expect(session.getState().commands[1]).toMatchObject({ error: 'no', sentAt: start })
  })

  test('for an unknown circuit is ignored', () => {
    session.command('unknown', 'trip')
    expect(session.getState().commands).toEqual([])
    expect(transport.commands).toEqual([])
  })
})

test('close stops the transport, and setVisible is forwarded to it', () => {
  session.setVisible(false)
  expect(transport.visible).toBe(false)
  session.close()
  expect(transport.listener).toBeUndefined()
})

test('only the view of a read-only session can change', () => {
  const file = readOnlySession({ ...emptySession, source: 'file' })
  file.record(false)
  file.command('x', 'trip')
  file.watch(['x'])
  file.setVisible(false)
  file.close()
  file.dispatch({ type: 'set-view', change: { filter: 'pay' } })
  expect(file.getState()).toEqual({ ...emptySession, source: 'file', view: { filter: 'pay' } })
})
