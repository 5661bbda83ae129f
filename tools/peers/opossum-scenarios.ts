import { callScenarios } from './opossum-calls.ts'
import { eventScenarios } from './opossum-fallbacks.ts'
import { settingScenarios } from './opossum-settings.ts'

export const opossumScenarios = [...callScenarios, ...eventScenarios, ...settingScenarios]
