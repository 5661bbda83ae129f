import type { FleetSettings } from '../member/link.ts'
import { emptyReport } from '../member/report.ts'
import { MAX_MS, NEVER, type Report, type ReportEvent } from '../store/message.ts'

/** The report of a command that concerns all instances, also for a circuit that is not here. */
export function operatorReport(
  name: string,
  event: ReportEvent,
  delayMs: number,
  settings: FleetSettings,
): Report {
  return { ...emptyReport(name, settings), event, delayMs: delayMs > MAX_MS ? NEVER : delayMs }
}
