import { score } from './report.ts'
import { percent, type Tried } from './results-page.ts'

/** One line per file, for the terminal. */
export function scoreTable(all: readonly Tried[]): string {
  return all
    .flatMap(({ family, files }) =>
      files.map((one) => {
        const lived = `${one.survivors.length} survived`.padStart(14)
        return `${family.name.padEnd(10)} ${percent(score([one])).padStart(8)} ${lived}  ${one.file}`
      }),
    )
    .join('\n')
}
