import type { WireAction, WireCommandResult } from '@fluxgate/core/devtools'
import type { TransportMessage } from '../transports/transport.ts'
import type { CircuitKey, View } from './state.ts'

/** Changes of the view; `undefined` removes a selection. */
export type ViewChange = { readonly [K in keyof View]?: View[K] | undefined }

/** Every action that changes a session. */
export type SessionAction =
  | TransportMessage
  | { readonly type: 'record'; readonly on: boolean }
  | { readonly type: 'preserve-log'; readonly on: boolean }
  | { readonly type: 'clear' }
  | {
      readonly type: 'command-sent'
      readonly id: number
      readonly circuitKey: CircuitKey
      readonly action: WireAction
      readonly sentAt: number
    }
  | {
      readonly type: 'command-settled'
      readonly id: number
      readonly result: WireCommandResult
    }
  | {
      readonly type: 'set-view'
      readonly change: ViewChange
      /** The panel made the change, not the user: a chosen circuit is not followed. */
      readonly automatic?: boolean
    }
