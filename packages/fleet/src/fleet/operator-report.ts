import type { FleetSettings } from '../member/member-context.ts'
import { emptyReport } from '../member/report.ts'
import { MAX_MS, NEVER, type Report, type ReportEvent } from '../store/message.ts'

/** The report of a command to all instances. This instance may have no circuit of that name. */
export function operatorReport(
  name: string,
  event: ReportEvent,
  delayMs: number,
  settings: FleetSettings,
): Report {
  return { ...emptyReport(name, settings), event, delayMs: delayMs > MAX_MS ? NEVER : delayMs }
}
