import { type Explanation, explains } from './explanation.ts'
import { explanations } from './explanations.ts'
import { type Survivor, score } from './report.ts'
import { percent, type Tried } from './results-page.ts'

/** What keeps a run from being good: a family below its score, or a survivor that nobody looked at. */
export function complaints(
  { family, files }: Tried,
  known: readonly Explanation[] = explanations,
): string[] {
  if (family.leastScore === undefined) return []
  const reached = score(files)
  const unexplained = files
    .flatMap(({ survivors }) => survivors)
    .filter((survivor) => !known.some((explanation) => explains(explanation, survivor)))
  return [
    ...(reached < family.leastScore
      ? [`${family.name}: ${percent(reached)}, less than ${percent(family.leastScore)}`]
      : []),
    ...unexplained.map(inWords),
  ]
}

const inWords = ({ file, line, was, becomes }: Survivor) =>
  `${file}:${line} survived, and explanations.ts does not say why:\n- ${was}\n+ ${becomes}`
