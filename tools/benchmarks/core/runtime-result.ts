import type { GrowthResult } from './growth.ts'
import type { MemoryResult } from './memory.ts'
import type { SubjectResult } from './rounds.ts'

/** The results of one runtime. Browsers do not report memory. */
export interface RuntimeResult {
  readonly runtime: string
  readonly subjects: readonly SubjectResult[]
  readonly memory?: readonly MemoryResult[]
  readonly growth?: GrowthResult
}
