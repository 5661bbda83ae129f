import type { Outcome } from './outcome.ts'

/** results.md: which versions the suite was last run on here, and how it went. */
export function resultsPage(date: Date, outcomes: readonly Outcome[]): string {
  const rows = outcomes.map((outcome) => {
    if (outcome.kind === 'not run') return `| ${outcome.runtime} | – | not run | | | |`
    const { runtime, version, seconds } = outcome
    if (outcome.kind === 'broke') return `| ${runtime} | ${version} | broke | | | |`
    const { total, passed, failed } = outcome.report
    const counts = `${total} | ${passed} | ${failed.length}`
    return `| ${runtime} | ${version} | ${counts} | ${seconds.toFixed(1)} |`
  })
  return `# The suite, everywhere

Written by \`npm run test:everywhere -- --write\` on ${date.toISOString().slice(0, 10)}: the cases of [e2e/conformance](../conformance), on the
packed tarballs in an empty project, each package as the runtime itself, or its bundler, resolves it.

| runtime | version | cases | passed | failed | seconds |
|---|---|--:|--:|--:|--:|
${rows.join('\n')}
`
}
