import { describe, expect, test, vi } from 'vitest'
import type { IoredisClient } from './redis-client.ts'
import { connectionOf } from './redis-connection.ts'

/** A client of ioredis whose methods throw. */
function throwingClient(isCluster: boolean) {
  const listeners = new Map<string, () => void>()
  const fail = () => {
    throw new Error('the client is broken')
  }
  const client: IoredisClient = {
    status: 'ready',
    isCluster,
    call: fail,
    subscribe: fail,
    unsubscribe: fail,
    duplicate: fail,
    on: (event, listener) => listeners.set(event, listener),
    off: (event) => listeners.delete(event),
  }
  return { client, emit: (event: string) => listeners.get(event)?.() }
}

describe.each([true, false])('a client that throws (cluster: %s)', (isCluster) => {
  test('does not fail the fleet that subscribes, or the events of the client', () => {
    const { client, emit } = throwingClient(isCluster)
    const onGap = vi.fn()
    const unsubscribe = connectionOf(client).subscribe('updates', () => {}, onGap)
    expect(() => {
      for (const event of ['ready', 'end', 'ready']) emit(event)
      unsubscribe()
    }).not.toThrow()
    expect(onGap).not.toHaveBeenCalled()
  })
})
