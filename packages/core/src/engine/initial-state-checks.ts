import { check, checkEach, checkNumber, checkObject } from '../internal/validation.ts'
import type { Snapshot } from '../model/snapshot.ts'
import { type State, stateNames } from '../model/state.ts'

const CAUSES = ['rule', 'retry', 'probes', 'manual', 'shadow', 'fleet']

const SNAPSHOT_CHECKS = {
  state: checkState,
  since: checkTimestamp,
  retryAt: checkTimestamp,
  reopens: checkReopens,
  reason: (option: string, value: unknown) =>
    check(typeof value === 'string', option, 'a string', value),
  cause: (option: string, value: unknown) =>
    check(CAUSES.includes(value as string), option, `one of ${CAUSES.join(', ')}`, value),
}

/** A state, or a snapshot. A snapshot is untrusted: it may come from a file or another process. */
export function checkInitial(
  option: string,
  value: unknown,
): asserts value is State | Readonly<Snapshot> {
  if (typeof value === 'string') {
    checkState(option, value)
  } else {
    checkObject(option, value)
    checkEach(option, value as object, SNAPSHOT_CHECKS, ['state', 'since', 'reopens'])
  }
}

export function checkReopens(option: string, value: unknown): void {
  const ok = (n: number) => Number.isSafeInteger(n) && n >= 0
  checkNumber(option, value, 'a whole number of at least 0', ok)
}

function checkState(option: string, value: unknown): void {
  const isText = typeof value === 'string'
  const ok = isText && stateNames.includes(value)
  check(ok, option, `one of ${stateNames.join(', ')}`, value, isText)
}

function checkTimestamp(option: string, value: unknown): void {
  checkNumber(option, value, 'a time in Unix ms', (n) => n >= 0 && n < Infinity)
}
