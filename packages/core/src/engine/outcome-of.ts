import { reportError } from '../internal/error-handler.ts'
import { booleanResult } from '../internal/policy-result.ts'
import type { JudgeError } from '../model/call-options.ts'
import type { Outcome } from '../model/outcome.ts'
import type { Tracker } from '../policies/trackers.ts'
import type { ResolvedOptions } from './breaker-options.ts'

/** The outcome of a call that returned `value` or threw it. The option `ignore` decides first. */
export function outcomeOf(
  options: ResolvedOptions,
  method: 'failsOnError' | 'failsOnResult',
  value: unknown,
  judge?: JudgeError,
): Outcome {
  const { tracker, ignore } = options
  const judged = judge?.(value)
  if (judged === 'ignored' || judged === 'aborted') return judged
  if (ignore !== undefined && matches(options, ignore, method, value, false)) return 'ignored'
  if (judged !== undefined) return judged
  const fallback = method === 'failsOnError'
  return matches(options, tracker, method, value, fallback) ? 'failure' : 'success'
}

/** When a tracker throws, an error is a failure, a result is a success, and neither is ignored. */
function matches(
  options: ResolvedOptions,
  tracker: Tracker,
  method: 'failsOnError' | 'failsOnResult',
  value: unknown,
  fallback: boolean,
): boolean {
  // not `callOrDefault`, which would allocate a closure for every call during an outage
  try {
    const matched = tracker[method]?.(value) ?? false
    // Stryker disable next-line ConditionalExpression: an optimization; booleanResult returns true for it
    return matched === true || (matched && booleanResult(`tracker: ${method}`, matched))
  } catch (error) {
    reportError(options, error, 'tracker')
    return fallback
  }
}
