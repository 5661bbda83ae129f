import { abortCases } from './cases/aborts.ts'
import { breakerOptionCases } from './cases/breaker-options.ts'
import { callCases } from './cases/calls.ts'
import { clockCases } from './cases/clocks.ts'
import { contradictionCases } from './cases/contradictions.ts'
import { copyCases } from './cases/copies.ts'
import { devtoolsCases } from './cases/devtools.ts'
import { epochCases } from './cases/epochs.ts'
import { exportCases } from './cases/exports.ts'
import { fallbackCases } from './cases/fallbacks.ts'
import { fetchArgumentCases } from './cases/fetch-arguments.ts'
import { fetchFailureCases } from './cases/fetch-failures.ts'
import { retryAfterCases } from './cases/fetch-retry-after.ts'
import { halfOpenCases } from './cases/half-open.ts'
import { judgingCases } from './cases/judging.ts'
import { leaseCases } from './cases/leases.ts'
import { listenerQueueCases } from './cases/listener-queue.ts'
import { listenerCases } from './cases/listeners.ts'
import { logListenerCases } from './cases/log-listener.ts'
import { manualMoveCases } from './cases/manual-moves.ts'
import { permitCases } from './cases/permits.ts'
import { policyErrorCases } from './cases/policy-errors.ts'
import { policyOptionCases } from './cases/policy-options.ts'
import { prometheusCases } from './cases/prometheus.ts'
import { rampCases } from './cases/ramps.ts'
import { reasonCases } from './cases/reasons.ts'
import { registryCases } from './cases/registry.ts'
import { rejectionCases } from './cases/rejections.ts'
import { retryCases } from './cases/retries.ts'
import { serverOnlyCases } from './cases/server-only.ts'
import { shadowCases } from './cases/shadow.ts'
import { signalCases } from './cases/signals.ts'
import { slackCases } from './cases/slack.ts'
import { snapshotCases } from './cases/snapshots.ts'
import { stateCases } from './cases/states.ts'
import { subscriptionCases } from './cases/subscriptions.ts'
import { testingCases } from './cases/testing.ts'
import { thenableCases } from './cases/thenables.ts'
import { ticketCases } from './cases/tickets.ts'
import { timeoutCases } from './cases/timeouts.ts'
import { trackerCases } from './cases/trackers.ts'
import { tripperCases } from './cases/trippers.ts'
import { policyValueCases } from './cases/values.ts'
import { webhookListenerCases } from './cases/webhook-listener.ts'
import { windowCases } from './cases/windows.ts'
import { wrapCases } from './cases/wraps.ts'
import type { ConformanceCase } from './conformance-case.ts'

/** The contract as cases, in its order. */
export const conformance: readonly ConformanceCase[] = [
  ...exportCases,
  ...policyValueCases,
  ...windowCases,
  ...trackerCases,
  ...tripperCases,
  ...judgingCases,
  ...retryCases,
  ...permitCases,
  ...stateCases,
  ...halfOpenCases,
  ...leaseCases,
  ...rampCases,
  ...manualMoveCases,
  ...epochCases,
  ...callCases,
  ...wrapCases,
  ...ticketCases,
  ...rejectionCases,
  ...abortCases,
  ...timeoutCases,
  ...fallbackCases,
  ...thenableCases,
  ...policyErrorCases,
  ...policyOptionCases,
  ...breakerOptionCases,
  ...contradictionCases,
  ...signalCases,
  ...reasonCases,
  ...listenerCases,
  ...listenerQueueCases,
  ...subscriptionCases,
  ...shadowCases,
  ...snapshotCases,
  ...logListenerCases,
  ...webhookListenerCases,
  ...registryCases,
  ...fetchFailureCases,
  ...fetchArgumentCases,
  ...retryAfterCases,
  ...serverOnlyCases,
  ...prometheusCases,
  ...slackCases,
  ...devtoolsCases,
  ...testingCases,
  ...clockCases,
  ...copyCases,
]
