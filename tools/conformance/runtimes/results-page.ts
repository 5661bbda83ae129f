import type { Outcome } from './outcome.ts'

/** Renders results.md: the last run of the suite, by runtime and version. */
export function resultsPage(date: Date, outcomes: readonly Outcome[]): string {
  const rows = outcomes.map((outcome) => {
    if (outcome.kind === 'not run') return `| ${outcome.runtime} | – | not run | | | |`
    const { runtime, version, seconds } = outcome
    if (outcome.kind === 'crashed') return `| ${runtime} | ${version} | crashed | | | |`
    const { total, passed, failed } = outcome.report
    const counts = `${total} | ${passed} | ${failed.length}`
    return `| ${runtime} | ${version} | ${counts} | ${seconds.toFixed(1)} |`
  })
  return `# The conformance suite on every runtime

Written by \`npm run test:everywhere -- --write\` on ${date.toISOString().slice(0, 10)}: the cases of [the suite](../suite)
against the packed tarballs in an empty project. The runtime or its bundler resolves the packages.

| runtime | version | cases | passed | failed | seconds |
|---|---|--:|--:|--:|--:|
${rows.join('\n')}
`
}
