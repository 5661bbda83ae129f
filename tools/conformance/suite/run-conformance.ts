import { conformance } from './conformance.ts'
import type { ConformanceCase } from './conformance-case.ts'
import type { Subject } from './subject.ts'
import { UnhandledErrors } from './unhandled-errors.ts'

interface CaseResult {
  readonly section: string
  readonly name: string
  /** Why it failed; absent when it passed. */
  readonly error?: string
}

export interface ConformanceReport {
  readonly passed: number
  readonly failed: readonly CaseResult[]
  readonly total: number
  readonly durationMs: number
}

interface ConformanceOptions {
  /** Called after each case. */
  onResult?(result: CaseResult): void
  /** How long a case may take, in ms, default 5,000. */
  readonly caseTimeoutMs?: number
  /** Default: all cases. */
  readonly cases?: readonly ConformanceCase[]
}

// the originals: a case may replace the globals
const { setTimeout, clearTimeout } = globalThis

/**
 * Runs every case of the suite against the package, one after the other.
 *
 * @example
 * const report = await runConformance({ core, fetch, devtools, testing, view, listeners, isServer, copy })
 * if (report.failed.length > 0) process.exitCode = 1
 */
export async function runConformance(
  subject: Subject,
  { onResult, caseTimeoutMs = 5_000, cases = conformance }: ConformanceOptions = {},
): Promise<ConformanceReport> {
  const unhandled = new UnhandledErrors()
  const failed: CaseResult[] = []
  const startedAt = Date.now()
  for (const one of cases) {
    const errors = [await run(one, subject, caseTimeoutMs), ...(await unhandledErrors(unhandled))]
    const messages = errors.filter((error) => error !== undefined)
    const { section, name } = one
    const result = { section, name, ...(messages.length > 0 && { error: messages.join('\n') }) }
    if (messages.length > 0) failed.push(result)
    onResult?.(result)
  }
  unhandled.stop()
  const passed = cases.length - failed.length
  return { passed, failed, total: cases.length, durationMs: Date.now() - startedAt }
}

async function run(
  one: ConformanceCase,
  subject: Subject,
  timeoutMs: number,
): Promise<string | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const timeUp = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not settled after ${timeoutMs} ms`)), timeoutMs)
  })
  try {
    await Promise.race([one.run(subject), timeUp])
    return undefined
  } catch (error) {
    return describeError(error)
  } finally {
    clearTimeout(timer)
  }
}

/** Runtimes report an unhandled rejection only after the microtasks. */
async function unhandledErrors(unhandled: UnhandledErrors): Promise<string[]> {
  await new Promise((done) => setTimeout(done))
  return unhandled.take().map((error) => `uncaught: ${describeError(error)}`)
}

function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  // V8 starts a stack with the message, other engines do not
  const { message, stack = '' } = error
  return stack.includes(message) ? stack : `${error.name}: ${message}\n${stack}`
}
