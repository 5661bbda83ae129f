import { abortReasonCases } from './cases/abort-reasons.ts'
import { abortCases } from './cases/aborts.ts'
import { breakerOptionCases } from './cases/breaker-options.ts'
import { callEventCases } from './cases/call-events.ts'
import { callCases } from './cases/calls.ts'
import { clockJumpCases } from './cases/clock-jumps.ts'
import { clockCases } from './cases/clocks.ts'
import { coarseClockCases } from './cases/coarse-clocks.ts'
import { composedTripperCases } from './cases/composed-trippers.ts'
import { contradictionCases } from './cases/contradictions.ts'
import { copyCases } from './cases/copies.ts'
import { devtoolsCases } from './cases/devtools.ts'
import { epochCases } from './cases/epochs.ts'
import { explanationCases } from './cases/explanations.ts'
import { exportCases } from './cases/exports.ts'
import { failingListenerCases } from './cases/failing-listeners.ts'
import { fallbackCases } from './cases/fallbacks.ts'
import { fetchArgumentCases } from './cases/fetch-arguments.ts'
import { fetchFailureCases } from './cases/fetch-failures.ts'
import { fetchOutcomeCases } from './cases/fetch-outcomes.ts'
import { retryAfterCases } from './cases/fetch-retry-after.ts'
import { flushCases } from './cases/flush.ts'
import { halfOpenCases } from './cases/half-open.ts'
import { ignoredCallCases } from './cases/ignored-calls.ts'
import { ignoredOutcomeCases } from './cases/ignored-outcomes.ts'
import { initialStateCases } from './cases/initial-states.ts'
import { judgingCases } from './cases/judging.ts'
import { leaseCases } from './cases/leases.ts'
import { listenerQueueCases } from './cases/listener-queue.ts'
import { listenerCases } from './cases/listeners.ts'
import { logListenerCases } from './cases/log-listener.ts'
import { manualTransitionCases } from './cases/manual-transitions.ts'
import { moduleOptionCases } from './cases/module-options.ts'
import { nestedCallCases } from './cases/nested-calls.ts'
import { openTelemetryCases } from './cases/opentelemetry.ts'
import { optionRuleCases } from './cases/option-rules.ts'
import { ownWindowCases } from './cases/own-windows.ts'
import { permitCases } from './cases/permits.ts'
import { policyCallbackCases } from './cases/policy-callbacks.ts'
import { policyErrorCases } from './cases/policy-errors.ts'
import { policyOptionCases } from './cases/policy-options.ts'
import { prometheusCases } from './cases/prometheus.ts'
import { rampCases } from './cases/ramps.ts'
import { reasonCases } from './cases/reasons.ts'
import { registryCases } from './cases/registry.ts'
import { registryEvictionCases } from './cases/registry-eviction.ts'
import { rejectionErrorCases } from './cases/rejection-errors.ts'
import { rejectionCases } from './cases/rejections.ts'
import { requestedDelayCases } from './cases/requested-delays.ts'
import { retryCases } from './cases/retries.ts'
import { serverOnlyCases } from './cases/server-only.ts'
import { serviceErrorCases } from './cases/service-errors.ts'
import { shadowCases } from './cases/shadow.ts'
import { signalMetricCases } from './cases/signal-metrics.ts'
import { signalCases } from './cases/signals.ts'
import { slackCases } from './cases/slack.ts'
import { snapshotCases } from './cases/snapshots.ts'
import { stateCases } from './cases/states.ts'
import { subscriptionCases } from './cases/subscriptions.ts'
import { syncCallCases } from './cases/sync-calls.ts'
import { testingCases } from './cases/testing.ts'
import { thenableMatrixCases } from './cases/thenable-matrix.ts'
import { thenableCases } from './cases/thenables.ts'
import { ticketCases } from './cases/tickets.ts'
import { timeoutCases } from './cases/timeouts.ts'
import { timerCases } from './cases/timers.ts'
import { timingCases } from './cases/timing.ts'
import { trackerCases } from './cases/trackers.ts'
import { tripperCases } from './cases/trippers.ts'
import { unusualErrorCases } from './cases/unusual-errors.ts'
import { policyValueCases } from './cases/values.ts'
import { viewCases } from './cases/view.ts'
import { webhookListenerCases } from './cases/webhook-listener.ts'
import { webhookOptionCases } from './cases/webhook-options.ts'
import { windowCases } from './cases/windows.ts'
import { wrapCases } from './cases/wraps.ts'
import type { ConformanceCase } from './conformance-case.ts'

/** All cases, in the order of the contract. */
export const conformance: readonly ConformanceCase[] = [
  ...exportCases,
  ...policyValueCases,
  ...windowCases,
  ...ownWindowCases,
  ...trackerCases,
  ...serviceErrorCases,
  ...ignoredOutcomeCases,
  ...ignoredCallCases,
  ...tripperCases,
  ...composedTripperCases,
  ...judgingCases,
  ...retryCases,
  ...requestedDelayCases,
  ...permitCases,
  ...stateCases,
  ...halfOpenCases,
  ...nestedCallCases,
  ...leaseCases,
  ...rampCases,
  ...manualTransitionCases,
  ...initialStateCases,
  ...epochCases,
  ...callCases,
  ...syncCallCases,
  ...wrapCases,
  ...ticketCases,
  ...rejectionCases,
  ...rejectionErrorCases,
  ...abortCases,
  ...abortReasonCases,
  ...timeoutCases,
  ...timerCases,
  ...fallbackCases,
  ...thenableCases,
  ...thenableMatrixCases,
  ...unusualErrorCases,
  ...policyErrorCases,
  ...policyCallbackCases,
  ...policyOptionCases,
  ...breakerOptionCases,
  ...moduleOptionCases,
  ...contradictionCases,
  ...optionRuleCases,
  ...signalCases,
  ...signalMetricCases,
  ...callEventCases,
  ...timingCases,
  ...reasonCases,
  ...listenerCases,
  ...listenerQueueCases,
  ...flushCases,
  ...failingListenerCases,
  ...subscriptionCases,
  ...shadowCases,
  ...snapshotCases,
  ...explanationCases,
  ...logListenerCases,
  ...webhookListenerCases,
  ...webhookOptionCases,
  ...registryCases,
  ...registryEvictionCases,
  ...fetchFailureCases,
  ...fetchOutcomeCases,
  ...fetchArgumentCases,
  ...retryAfterCases,
  ...serverOnlyCases,
  ...prometheusCases,
  ...openTelemetryCases,
  ...slackCases,
  ...devtoolsCases,
  ...viewCases,
  ...testingCases,
  ...clockCases,
  ...clockJumpCases,
  ...coarseClockCases,
  ...copyCases,
]
