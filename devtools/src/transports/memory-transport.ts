import { type DevtoolsHook, devtoolsKey } from '@fluxgate/core/devtools'
import { type FrameClient, noHook } from './frame-client.ts'
import { PollingTransport } from './polling-transport.ts'
import type { Transport } from './transport.ts'

/**
 * Reads the page that the panel itself is in: for the panel in the page, and for tests.
 *
 * @param options.now Unix ms
 */
export function memoryTransport(options: { readonly now: () => number }): Transport {
  return new PollingTransport({ ...options, pageOf: () => thisPage })
}

// asynchronous, so that what throws here rejects, as it does when another page is asked
const thisPage: FrameClient = {
  async read({ epoch: known, cursor, metrics }) {
    const hook = hookHere()
    if (hook === undefined) return noHook
    const { epoch } = hook
    const url = typeof location === 'object' ? location.href.slice(0, 2_000) : ''
    const answer = epoch === known ? hook.read(cursor, { metrics }) : hook.read(0)
    return JSON.stringify({ epoch, url, answer })
  },
  async command(epoch, command) {
    const hook = hookHere()
    if (hook?.epoch !== epoch) return noHook
    // a page may answer with what is no JSON at all
    return JSON.stringify(hook.command(command)) ?? ''
  },
}

function hookHere(): DevtoolsHook | undefined {
  const hook: unknown = Reflect.get(globalThis, Symbol.for(devtoolsKey))
  return isHook(hook) ? hook : undefined
}

function isHook(value: unknown): value is DevtoolsHook {
  return typeof value === 'object' && value !== null && Reflect.get(value, 'version') === 1
}
