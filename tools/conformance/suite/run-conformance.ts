import { conformance } from './conformance.ts'
import type { ConformanceCase } from './conformance-case.ts'
import { StrayErrors } from './stray-errors.ts'
import type { Subject } from './subject.ts'

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
  /** Told of each case as it ends. */
  onResult?(result: CaseResult): void
  /** How long a case may take, in ms, default 5,000. */
  readonly caseTimeoutMs?: number
  /** Default: all of them. */
  readonly cases?: readonly ConformanceCase[]
}

// kept from the start: a case may put something else in their place
const { setTimeout, clearTimeout } = globalThis

/**
 * Runs every case of the suite against the package, one after the other.
 *
 * @example
 * const report = await runConformance({ core, fetch, devtools, testing, listeners, isServer, copy })
 * if (report.failed.length > 0) process.exitCode = 1
 */
export async function runConformance(
  subject: Subject,
  { onResult, caseTimeoutMs = 5_000, cases = conformance }: ConformanceOptions = {},
): Promise<ConformanceReport> {
  const stray = new StrayErrors()
  const failed: CaseResult[] = []
  const startedAt = Date.now()
  for (const one of cases) {
    const errors = [await run(one, subject, caseTimeoutMs), ...(await strayErrors(stray))]
    const told = errors.filter((error) => error !== undefined)
    const { section, name } = one
    const result = { section, name, ...(told.length > 0 && { error: told.join('\n') }) }
    if (told.length > 0) failed.push(result)
    onResult?.(result)
  }
  stray.stop()
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
    timer = setTimeout(() => reject(new Error(`not done after ${timeoutMs} ms`)), timeoutMs)
  })
  try {
    await Promise.race([one.run(subject), timeUp])
    return undefined
  } catch (error) {
    return inWords(error)
  } finally {
    clearTimeout(timer)
  }
}

/** Runtimes tell of a rejection only when the microtasks are through. */
async function strayErrors(stray: StrayErrors): Promise<string[]> {
  await new Promise((done) => setTimeout(done))
  return stray.take().map((error) => `nobody caught: ${inWords(error)}`)
}

function inWords(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  // V8 begins a stack with the message, other engines do not
  const { message, stack = '' } = error
  return stack.includes(message) ? stack : `${error.name}: ${message}\n${stack}`
}
