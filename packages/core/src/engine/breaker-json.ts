import type { BreakerJson } from '../model/breaker-json.ts'
import { ruleJson } from '../policies/rule.ts'
import { abortErrors } from './abort-errors.ts'
import type { ResolvedOptions } from './breaker-options.ts'

export function breakerJson(options: ResolvedOptions): BreakerJson {
  const { name, window, tracker, ignore, tripper, retry, permit } = options
  const { probes, probeLeaseMs, timeoutMs, rare } = options
  return {
    name,
    window: window.toJSON(),
    tracker: tracker.toJSON(),
    ...(ignore !== abortErrors && { ignore: ignore?.toJSON() ?? false }),
    tripper: ruleJson(tripper),
    retry: retry.toJSON(),
    permit: permit.toJSON(),
    probes,
    probeLeaseMs,
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(rare.deadline === 'ignore' && { deadline: rare.deadline }),
  }
}
