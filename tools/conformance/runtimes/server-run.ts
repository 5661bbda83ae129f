import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ConformanceReport } from '../suite/run-conformance.ts'
import { reportMark } from './entries/report-mark.ts'
import { type RunningProcess, startProcess } from './process.ts'
import type { Project } from './project.ts'
import { runTimeoutMs } from './runtime.ts'

/** Runs the project's `server.js` with a program that takes it as its last argument. */
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
 * What the program reports. It has to end by itself then, for a breaker keeps no process alive; that what
 * a failed case left behind does so is forgiven.
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
    const isOver = await Promise.race([end, sleep(graceMs, false, { ref: false })])
    if (!isOver) throw new Error(`every case passed, but it has not ended ${graceMs} ms later`)
  } catch (error) {
    if (report.failed.length === 0) throw error
  } finally {
    await running.stop()
  }
  return report
}

/** The report in what `server.js` wrote to its standard output, once that line is complete. */
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
