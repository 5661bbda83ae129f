import { policyScenarios } from './cockatiel-policy.ts'
import { windowScenarios } from './cockatiel-windows.ts'

export const cockatielScenarios = [...policyScenarios, ...windowScenarios]
