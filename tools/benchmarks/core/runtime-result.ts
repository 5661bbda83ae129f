import type { GrowthResult } from './growth.ts'
import type { MemoryResult } from './memory.ts'
import type { SubjectResult } from './rounds.ts'

/** All that was measured in one runtime; memory only where it can be read. */
export interface RuntimeResult {
  readonly runtime: string
  readonly subjects: readonly SubjectResult[]
  readonly memory?: readonly MemoryResult[]
  readonly growth?: GrowthResult
}
