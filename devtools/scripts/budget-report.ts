import { writeFileSync } from 'node:fs'
import { cpus, release, type } from 'node:os'

interface Line {
  readonly name: string
  readonly value: string
  readonly budget: string
  readonly ok: boolean
}

/** Collects measurements and their budgets: prints each one, and writes all to a file at the end. */
export class BudgetReport {
  readonly #lines: Line[] = []

  /** @param budget the greatest value that is allowed; without one, the value is only reported */
  add(name: string, value: number, unit: string, budget?: number): void {
    const ok = budget === undefined || value <= budget
    if (!ok) process.exitCode = 1
    const line: Line = {
      name,
      value: `${(Math.round(value * 100) / 100).toLocaleString('en')} ${unit}`,
      budget: budget === undefined ? '' : `${budget} ${unit}`,
      ok,
    }
    this.#lines.push(line)
    const mark = budget === undefined ? ' ' : ok ? '✓' : '✗'
    console.log(`${mark} ${name.padEnd(56)} ${line.value.padStart(10)}   ${line.budget}`)
  }

  /** @param browser name and version */
  write(file: string, browser: string): void {
    const [cpu] = cpus()
    const rows = this.#lines.map(
      ({ name, value, budget, ok }) =>
        `| ${name} | ${value} | ${budget} | ${budget === '' ? '' : ok ? 'met' : 'exceeded'} |`,
    )
    writeFileSync(
      file,
      `# Budgets of the devtools

Written by \`npm run budgets --workspace @fluxgate/devtools\`, on ${new Date().toISOString().slice(0, 10)}:
${browser}, headless, in its DevTools; Node ${process.versions.node}; ${type()} ${release()};
${cpus().length} × ${cpu?.model ?? 'unknown'}, shared with other work.

Tasks are measured in CPU time, so that other load on the machine does not count.

| measurement | value | budget | |
|---|--:|--:|---|
${rows.join('\n')}
`,
    )
  }
}
