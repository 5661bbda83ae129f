import type { Survivor } from './report.ts'

/** Why nobody can notice a change of the source, or why no test should. */
export interface Explanation extends Pick<Survivor, 'was' | 'becomes'> {
  /** How the path of the file ends. */
  readonly file: string
  readonly why: string
}

export function explains(explanation: Explanation, survivor: Survivor): boolean {
  return (
    survivor.file.endsWith(`/${explanation.file}`) &&
    survivor.was === explanation.was &&
    survivor.becomes === explanation.becomes
  )
}
