import { type Check, check, checkFunction, checkTimerMs } from '../internal/validation.ts'
import type { CallOptions, SyncCallOptions } from '../model/call-options.ts'

export const CALL_OPTIONS: Readonly<Record<keyof CallOptions, Check>> = {
  signal: (option, value) => {
    const { aborted, addEventListener } = (value ?? {}) as Partial<AbortSignal>
    const ok = typeof aborted === 'boolean' && typeof addEventListener === 'function'
    check(ok, option, 'an AbortSignal', value)
  },
  timeoutMs: checkTimerMs,
  fallback: checkFunction,
}

export const SYNC_CALL_OPTIONS: Readonly<Record<keyof SyncCallOptions<unknown>, Check>> = {
  fallback: checkFunction,
}
