import type { SubjectResult } from './rounds.ts'
import type { RuntimeResult } from './runtime-result.ts'

/** Renders results.md. */
export function report(
  machine: string,
  versions: string,
  results: readonly RuntimeResult[],
): string {
  return [
    '# What a call costs',
    '',
    '`npm run bench` writes this page. A ratio is the median over the rounds of three processes for each',
    'candidate; both candidates run in every round. Times are for orientation only. The range is the',
    'interquartile range.',
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
    const { calls, transitions, grownBytes } = growth
    lines.push(
      '',
      `${number(calls)} calls and ${number(transitions)} transitions through one breaker with every`,
      `listener: the heap grew by ${number(grownBytes)} bytes.`,
    )
  }
  return lines
}

function subject({ name, goals, candidates }: SubjectResult): string[] {
  return [
    '',
    `### ${name}`,
    '',
    '| | measured | goal | |',
    '|---|---|---|---|',
    ...goals.map(
      ({ of, to, ratio, goal }) =>
        `| ${of} / ${to} | **${ratio.toFixed(2)}** | ${goal === undefined ? '' : `≤ ${goal}`} | ${verdict(ratio, goal)} |`,
    ),
    '',
    '| | ns per call | range |',
    '|---|---|---|',
    ...candidates.map(
      ({ name, medianNs, lowNs, highNs }) =>
        `| ${name} | ${medianNs.toFixed(0)} | ${lowNs.toFixed(0)}–${highNs.toFixed(0)} |`,
    ),
  ]
}

const number = (value: number) => value.toLocaleString('en')

function verdict(ratio: number, goal: number | undefined): string {
  if (goal === undefined) return ''
  return ratio <= goal ? 'reached' : 'missed'
}
