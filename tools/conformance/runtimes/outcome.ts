import type { ConformanceReport } from '../suite/run-conformance.ts'
import type { Project } from './project.ts'
import type { ReadyRuntime, Runtime } from './runtime.ts'

/** The outcome of one runtime. */
export type Outcome = { readonly runtime: string } & (
  | {
      readonly kind: 'ran'
      readonly version: string
      readonly seconds: number
      readonly report: ConformanceReport
    }
  | {
      readonly kind: 'crashed'
      readonly version: string
      readonly seconds: number
      readonly error: string
    }
  | { readonly kind: 'not run'; readonly reason: string }
)

/** Whether every case passed. A suite without cases does not pass. */
export function hasPassed(outcome: Outcome): boolean {
  if (outcome.kind !== 'ran') return false
  const { passed, failed, total } = outcome.report
  return failed.length === 0 && passed === total && total > 0
}

/** Prepares the runtime and runs the suite in it. Never rejects: a failure is an outcome. */
export async function outcomeOf(runtime: Runtime, project: Project): Promise<Outcome> {
  const { name } = runtime
  let ready: ReadyRuntime
  try {
    ready = await runtime.prepare()
  } catch (error) {
    const [reason = ''] = messageOf(error).split('\n')
    return { runtime: name, kind: 'not run', reason }
  }
  const { version } = ready
  const startedAt = performance.now()
  const seconds = () => (performance.now() - startedAt) / 1_000
  try {
    const report = await ready.run(project)
    return { runtime: name, kind: 'ran', version, seconds: seconds(), report }
  } catch (error) {
    return { runtime: name, kind: 'crashed', version, seconds: seconds(), error: messageOf(error) }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
