import { join } from 'node:path'
import type { ConformanceReport } from '../conformance/run-conformance.ts'
import { reportMark } from './entries/report-mark.ts'
import { runProcess } from './process.ts'
import type { Project } from './project.ts'
import { runTimeoutMs } from './runtime.ts'

/** Runs the project's `server.js` with a program that takes it as its last argument, until it ends by itself. */
export async function runServer(
  program: string,
  args: readonly string[],
  project: Project,
  env: Readonly<Record<string, string>> = {},
): Promise<ConformanceReport> {
  const options = { cwd: project.folder, env, timeoutMs: runTimeoutMs }
  return reportIn(await runProcess(program, [...args, join(project.folder, 'server.js')], options))
}

/** The report in what `server.js` wrote to its standard output. */
export function reportIn(output: string): ConformanceReport {
  const line = output.split('\n').find((candidate) => candidate.startsWith(reportMark))
  if (line === undefined) throw new Error(`ended without a report: '${output.slice(-1_000)}'`)
  return JSON.parse(line.slice(reportMark.length))
}
