import { type DevtoolsHook, devtoolsKey } from '@fluxgate/core/devtools'
import { type FrameClient, noHook } from './frame-client.ts'
import { PollingTransport } from './polling-transport.ts'
import type { Transport } from './transport.ts'

/**
 * Reads the document that runs this code: for the in-page panel and for tests.
 *
 * @param options.now Unix ms
 */
export function memoryTransport(options: { readonly now: () => number }): Transport {
  return new PollingTransport({ ...options, clientFor: () => localClient })
}

// async, so that a hook that throws becomes a rejection, as with evalTransport
const localClient: FrameClient = {
  async read({ epoch: known, cursor, metrics }) {
    const hook = findHook()
    if (hook === undefined) return noHook
    const { epoch } = hook
    const url = typeof location === 'object' ? location.href.slice(0, 2_000) : ''
    const answer = epoch === known ? hook.read(cursor, { metrics }) : hook.read(0)
    return JSON.stringify({ epoch, url, answer })
  },
  async command(epoch, command) {
    const hook = findHook()
    if (hook?.epoch !== epoch) return noHook
    // JSON.stringify returns undefined for a function or undefined
    return JSON.stringify(hook.command(command)) ?? ''
  },
}

function findHook(): DevtoolsHook | undefined {
  const hook: unknown = Reflect.get(globalThis, Symbol.for(devtoolsKey))
  return isHook(hook) ? hook : undefined
}

function isHook(value: unknown): value is DevtoolsHook {
  return typeof value === 'object' && value !== null && Reflect.get(value, 'version') === 1
}
