import { type Check, check, checkFunction, checkTimeoutMs } from '../internal/validation.ts'
import type { CallOptions, SyncCallOptions, TicketOptions } from '../model/call-options.ts'

/** A symbol is the key of an internal option. */
export const CALL_OPTIONS: Readonly<Record<Exclude<keyof CallOptions, symbol>, Check>> = {
  signal: (option, value) => {
    const { aborted, addEventListener, removeEventListener } = Object(value)
    const methods = [addEventListener, removeEventListener]
    const ok = typeof aborted === 'boolean' && methods.every((fn) => typeof fn === 'function')
    check(ok, option, 'an AbortSignal', value)
  },
  timeoutMs: checkTimeoutMs,
  fallback: checkFunction,
}

export const SYNC_CALL_OPTIONS: Readonly<Record<keyof SyncCallOptions<unknown>, Check>> = {
  fallback: checkFunction,
}

export const TICKET_OPTIONS: Readonly<Record<keyof TicketOptions, Check>> = {
  timeoutMs: checkTimeoutMs,
}
