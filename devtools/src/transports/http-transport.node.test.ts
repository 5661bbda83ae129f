import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { handlerFetch, token } from '../../test/handler-fetch.ts'
import { installHook, removeHook } from '../../test/page-hook.ts'
import { TransportRig } from '../../test/transport-rig.ts'
import { InspectorClient } from '../inspect/inspector-client.ts'
import { type FrameClient, noHook } from './frame-client.ts'
import { httpTransport } from './http-transport.ts'
import { localClient } from './local-client.ts'
import { transportContract } from './transport.contract.ts'
import { type FrameId, type TransportMessage, topFrame } from './transport.ts'

function transportTo(clients: ReadonlyMap<FrameId, FrameClient>) {
  return httpTransport({ now: Date.now, token, fetch: handlerFetch(clients) })
}

/** Delays answers of a client until `ms` have passed. */
function stallable(client: FrameClient) {
  let stalled = Promise.resolve()
  const delayed: FrameClient = {
    read: (request) => stalled.then(() => client.read(request)),
    command: (epoch, command) => stalled.then(() => client.command(epoch, command)),
  }
  async function stall(ms: number) {
    stalled = new Promise((resolve) => {
      setTimeout(resolve, ms)
    })
    await vi.advanceTimersByTimeAsync(ms)
  }
  return { delayed, stall }
}

const url = () => 'node://localhost/app.js?pid=1'

transportContract('httpTransport to serveDevtools', () => {
  const { delayed, stall } = stallable(localClient({ url }))
  return { transport: transportTo(new Map([[topFrame, delayed]])), setHook: installHook, stall }
})

transportContract('httpTransport to inspect', () => {
  const evaluate = async (expression: string) => new Function(`return ${expression}`)()
  const client = new InspectorClient(async () => ({ evaluate, close: async () => {} }))
  const { delayed, stall } = stallable(client)
  return { transport: transportTo(new Map([[topFrame, delayed]])), setHook: installHook, stall }
})

describe('httpTransport', () => {
  const messages: TransportMessage[] = []
  const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)

  beforeEach(() => {
    messages.length = 0
    vi.useFakeTimers()
    removeHook()
  })
  afterEach(() => void vi.useRealTimers())

  test('reads each of several processes as a frame', async () => {
    const clients = new Map([
      ['port 9229', localClient({ url })],
      ['port 9230', localClient({ url })],
    ])
    const rig = new TransportRig({
      transport: transportTo(clients),
      setHook: installHook,
      stall: async () => {},
    })
    const breaker = rig.load()
    rig.start()
    await pass(3_000)
    const frames = rig.batches.map(({ frame }) => frame)
    expect(new Set(frames)).toEqual(new Set(clients.keys()))
    const result = rig.page.transport.command(rig.address({ frame: 'port 9230' }), 'trip')
    await pass(300)
    expect(await result).toEqual({ ok: true })
    expect(breaker.state).toBe('open')
    rig.page.transport.stop()
  })

  test('reports a process as absent while the server does not answer', async () => {
    const fetch = handlerFetch(new Map([[topFrame, localClient({ url })]]))
    let online = true
    const transport = httpTransport({
      now: Date.now,
      token,
      fetch: (path, init) =>
        online ? fetch(path, init) : Promise.reject(new TypeError('Failed to fetch')),
    })
    const rig = new TransportRig({ transport, setHook: installHook, stall: async () => {} })
    rig.load()
    rig.start()
    await pass(600)
    expect(rig.session.frames.get(topFrame)).not.toHaveProperty('condition')
    online = false
    await pass(600)
    expect(rig.session.frames.get(topFrame)?.condition).toEqual({ kind: 'absent' })
    const result = transport.command(rig.address(), 'trip')
    await pass(1)
    expect(await result).toEqual({ ok: false, error: 'the server does not answer' })
    online = true
    await pass(600)
    expect(rig.session.frames.get(topFrame)).not.toHaveProperty('condition')
    transport.stop()
  })

  test('reports the text of the server when it rejects the token', async () => {
    const client = localClient({ url })
    const transport = httpTransport({
      now: Date.now,
      token: 'another token',
      fetch: handlerFetch(new Map([[topFrame, client]])),
    })
    transport.start((message) => messages.push(message))
    await pass(600)
    transport.stop()
    expect(messages[0]).toMatchObject({
      type: 'fault',
      condition: { kind: 'failing', detail: expect.stringMatching(/token is missing or wrong/) },
    })
  })

  test('reports a process without Fluxgate as absent', async () => {
    expect(await localClient({ url }).read({ epoch: '', cursor: 0, metrics: [] })).toBe(noHook)
  })
})

describe('localClient with controls: false', () => {
  test('rejects commands and marks its circuits as not controllable', async () => {
    removeHook()
    const client = localClient({ url, controls: false })
    const rig = new TransportRig({
      transport: transportTo(new Map([[topFrame, client]])),
      setHook: installHook,
      stall: async () => {},
    })
    const breaker = rig.load()
    const answer = JSON.parse(await client.read({ epoch: '', cursor: 0, metrics: [] }))
    expect(answer.answer.events[0]).toMatchObject({ type: 'circuit-added', controls: false })
    const command = { circuit: '1', action: 'trip' } as const
    expect(JSON.parse(await client.command(answer.epoch, command))).toEqual({
      ok: false,
      error: 'commands are rejected: controls is false',
    })
    expect(breaker.state).toBe('closed')
  })
})
