import { epochCases } from './cases/epochs.ts'
import { halfOpenCases } from './cases/half-open.ts'
import { judgingCases } from './cases/judging.ts'
import { leaseCases } from './cases/leases.ts'
import { manualMoveCases } from './cases/manual-moves.ts'
import { permitCases } from './cases/permits.ts'
import { rampCases } from './cases/ramps.ts'
import { retryCases } from './cases/retries.ts'
import { stateCases } from './cases/states.ts'
import { trackerCases } from './cases/trackers.ts'
import { tripperCases } from './cases/trippers.ts'
import { policyValueCases } from './cases/values.ts'
import { windowCases } from './cases/windows.ts'
import type { ConformanceCase } from './conformance-case.ts'

/** The contract as cases, in its order. */
export const conformance: readonly ConformanceCase[] = [
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
]
