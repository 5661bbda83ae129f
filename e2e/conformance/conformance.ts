import { windowCases } from './cases/windows.ts'
import type { ConformanceCase } from './conformance-case.ts'

/** The contract as cases, in its order. */
export const conformance: readonly ConformanceCase[] = [...windowCases]
