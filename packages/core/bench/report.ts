import type { SubjectResult } from './rounds.ts'
import type { RuntimeResult } from './runtime-result.ts'

/** The results as a page that people read: ratios first. */
export function report(
  machine: string,
  versions: string,
  results: readonly RuntimeResult[],
): string {
  return [
    '# What a call costs',
    '',
    '`npm run bench` made this page. Ratios are medians of rounds in which both were measured in turn;',
    'times are for orientation only, and the range is where half of the rounds lie.',
    '',
    `${machine}. ${versions}.`,
    ...results.flatMap((result) => ['', `## ${result.runtime}`, ...runtime(result)]),
    '',
  ].join('\n')
}

function runtime({ subjects, memory, growth }: RuntimeResult): string[] {
  const lines = subjects.flatMap(subject)
  if (memory !== undefined) {
    lines.push('', '### bytes per breaker (of 10,000, typed arrays included)', '')
    lines.push('| | idle | after 100 calls |', '|---|---|---|')
    lines.push(...memory.map((m) => `| ${m.name} | ${m.idleBytes} | ${m.after100CallsBytes} |`))
  }
  if (growth !== undefined) {
    const { calls, grownBytes } = growth
    lines.push(
      '',
      `${calls.toLocaleString('en')} calls with listeners for signals and calls: the heap grew by ${grownBytes} bytes.`,
    )
  }
  return lines
}

function subject({ name, goals, contenders }: SubjectResult): string[] {
  return [
    '',
    `### ${name}`,
    '',
    '| | measured | goal | |',
    '|---|---|---|---|',
    ...goals.map(
      ({ of, to, ratio, goal }) =>
        `| ${of} / ${to} | **${ratio.toFixed(2)}** | ≤ ${goal} | ${ratio <= goal ? 'reached' : 'missed'} |`,
    ),
    '',
    '| | ns per call | range |',
    '|---|---|---|',
    ...contenders.map(
      ({ name, medianNs, lowNs, highNs }) =>
        `| ${name} | ${medianNs.toFixed(0)} | ${lowNs.toFixed(0)}–${highNs.toFixed(0)} |`,
    ),
  ]
}
