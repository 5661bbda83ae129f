import { writeFileSync } from 'node:fs'
import { cpus, release, type } from 'node:os'

interface Line {
  readonly what: string
  readonly value: string
  readonly budget: string
  readonly ok: boolean
}

/** Figures beside their budgets: printed as they come, and written down at the end. */
export class BudgetReport {
  readonly #lines: Line[] = []

  /** @param budget the greatest value that is allowed; a figure without one is only told */
  add(what: string, value: number, unit: string, budget?: number): void {
    const ok = budget === undefined || value <= budget
    if (!ok) process.exitCode = 1
    const line: Line = {
      what,
      value: `${(Math.round(value * 100) / 100).toLocaleString('en')} ${unit}`,
      budget: budget === undefined ? '' : `${budget} ${unit}`,
      ok,
    }
    this.#lines.push(line)
    const mark = budget === undefined ? ' ' : ok ? '✓' : '✗'
    console.log(`${mark} ${what.padEnd(56)} ${line.value.padStart(10)}   ${line.budget}`)
  }

  /** @param browser with its version */
  write(file: string, browser: string): void {
    const [cpu] = cpus()
    const rows = this.#lines.map(
      ({ what, value, budget, ok }) =>
        `| ${what} | ${value} | ${budget} | ${budget === '' ? '' : ok ? 'met' : 'exceeded'} |`,
    )
    writeFileSync(
      file,
      `# The budgets of the devtools

Written by \`npm run budgets --workspace @fluxgate/devtools\`, on ${new Date().toISOString().slice(0, 10)}:
${browser}, headless, with real DevTools; Node ${process.versions.node}; ${type()} ${release()};
${cpus().length} × ${cpu?.model ?? 'unknown'}, shared with other work.

Tasks are measured by the time that they take on the processor, so that a busy machine does not lie.

| what | measured | budget | |
|---|--:|--:|---|
${rows.join('\n')}
`,
    )
  }
}
