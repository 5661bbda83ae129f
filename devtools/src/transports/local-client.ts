import { type DevtoolsHook, devtoolsKey, type WireAnswer } from '@fluxgate/core/devtools'
import { type FrameClient, noHook } from './frame-client.ts'

/** Options of {@link localClient}. */
export interface LocalClientOptions {
  /** The address that the panel shows, at most 2,000 characters. */
  readonly url: () => string
  /** False rejects all commands, and the panel shows no buttons. Default true. */
  readonly controls?: boolean
}

/** Reads the circuits of the JavaScript realm that runs this code. */
export function localClient({ url, controls = true }: LocalClientOptions): FrameClient {
  // async, so that a hook that throws becomes a rejection, as with evalTransport
  return {
    async read({ epoch: known, cursor, metrics }) {
      const hook = findHook()
      if (hook === undefined) return noHook
      const { epoch } = hook
      const answer = epoch === known ? hook.read(cursor, { metrics }) : hook.read(0)
      return JSON.stringify({
        epoch,
        url: url(),
        answer: controls ? answer : withoutControls(answer),
      })
    },
    async command(epoch, command) {
      if (!controls) {
        return JSON.stringify({ ok: false, error: 'commands are rejected: controls is false' })
      }
      const hook = findHook()
      if (hook?.epoch !== epoch) return noHook
      // JSON.stringify returns undefined for a function or undefined
      return JSON.stringify(hook.command(command)) ?? ''
    },
  }
}

function withoutControls(answer: WireAnswer): WireAnswer {
  const events = answer.events.map((event) =>
    event.type === 'circuit-added' ? { ...event, controls: false } : event,
  )
  return { ...answer, events }
}

function findHook(): DevtoolsHook | undefined {
  const hook: unknown = Reflect.get(globalThis, Symbol.for(devtoolsKey))
  return isHook(hook) ? hook : undefined
}

function isHook(value: unknown): value is DevtoolsHook {
  return typeof value === 'object' && value !== null && Reflect.get(value, 'version') === 1
}
