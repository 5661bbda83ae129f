import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ConformanceReport } from '../suite/run-conformance.ts'
import { reportMark } from './entries/report-mark.ts'
import { type RunningProcess, startProcess } from './process.ts'
import type { Project } from './project.ts'
import { runTimeoutMs } from './runtime.ts'

/** Runs the project's `server.js` with a program. */
export function runServer(
  program: string,
  args: readonly string[],
  project: Project,
  env: Readonly<Record<string, string>> = {},
): Promise<ConformanceReport> {
  const server = join(project.folder, 'server.js')
  const options = { cwd: project.folder, env, timeoutMs: runTimeoutMs }
  return reportOf(startProcess(program, [...args, server], options))
}

/**
 * The report of the program, which must then end within `graceMs`: a breaker keeps no process alive.
 * After a failed case the program may keep running, because the case may not have cleaned up.
 */
export async function reportOf(
  running: RunningProcess,
  graceMs = 5_000,
): Promise<ConformanceReport> {
  const reported = new Promise<ConformanceReport>((resolve) => {
    running.onOutput((output) => {
      const report = reportIn(output)
      if (report) resolve(report)
    })
  })
  const report = await Promise.race([reported, running.ended.then(withoutReport)])
  const end = running.ended.then(() => true)
  try {
    const hasEnded = await Promise.race([end, sleep(graceMs, false, { ref: false })])
    if (!hasEnded)
      throw new Error(`every case passed, but the process did not end within ${graceMs} ms`)
  } catch (error) {
    if (report.failed.length === 0) throw error
  } finally {
    await running.stop()
  }
  return report
}

/** The report in the standard output of `server.js`, once its line is complete. */
export function reportIn(output: string): ConformanceReport | undefined {
  const line = output
    .split('\n')
    .slice(0, -1)
    .find((text) => text.startsWith(reportMark))
  return line === undefined ? undefined : JSON.parse(line.slice(reportMark.length))
}

function withoutReport(output: string): ConformanceReport {
  const report = reportIn(output)
  if (report) return report
  throw new Error(`ended without a report: '${output.slice(-1_000)}'`)
}
