import { explainedInCore } from './explained-core.ts'
import { explainedInListeners } from './explained-listeners.ts'
import type { Explanation } from './explanation.ts'

/** Everything that is known of mutants that live. */
export const explanations: readonly Explanation[] = [...explainedInCore, ...explainedInListeners]
