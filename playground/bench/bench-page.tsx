import { useState } from 'react'
import { callSubjects } from '../../tools/benchmarks/core/call-subjects.ts'
import { measure, type SubjectResult } from '../../tools/benchmarks/core/rounds.ts'
import { Logo } from '../src/ui/logo.tsx'
import '../src/app.css'
import './bench-page.css'
import { frameLane } from './frame-lane.ts'

export interface BenchOptions {
  /** Only subjects whose name has this in it. */
  readonly only: string
  readonly rounds: number
  readonly batchMs: number
  readonly onProgress: (line: string) => void
}

/** Every subject that a page can run, one after another. */
export async function runBench(options: BenchOptions): Promise<SubjectResult[]> {
  const results: SubjectResult[] = []
  for (const subject of callSubjects) {
    if (!subject.name.includes(options.only)) continue
    const lanes = await Promise.all(
      subject.candidates.map(({ name }) => frameLane(subject.name, name)),
    )
    results.push(await measure(subject, lanes, options))
    for (const lane of lanes) lane.end()
  }
  return results
}

/** What a call costs in the browser that looks at it. */
export function BenchPage() {
  const [results, setResults] = useState<readonly SubjectResult[]>([])
  const [progress, setProgress] = useState<string>()

  async function run() {
    setResults([])
    for (const { name } of callSubjects) {
      const options = { only: name, rounds: 15, batchMs: 30, onProgress: setProgress }
      const more = await runBench(options)
      setResults((before) => [...before, ...more])
    }
    setProgress(undefined)
  }

  return (
    <main className="bench">
      <Logo href="/" />
      <h1>What a call costs here</h1>
      <p>
        Each candidate does the same job in a frame of its own, in turn with the others. The ratios
        count; the times are those of this browser, on this machine, now. What was measured
        elsewhere is in <code>tools/benchmarks/core/results.md</code>.
      </p>
      <button type="button" onClick={run} disabled={progress !== undefined}>
        Run all of it
      </button>
      <p className="bench-progress" role="status">
        {progress}
      </p>
      {results.map((result) => (
        <SubjectTable key={result.name} result={result} />
      ))}
    </main>
  )
}

function SubjectTable({ result }: { readonly result: SubjectResult }) {
  const slowest = Math.max(...result.candidates.map(({ medianNs }) => medianNs))
  return (
    <section>
      <h2>{result.name}</h2>
      <ul className="bench-goals">
        {result.goals.map(({ of, to, ratio }) => (
          <li key={`${of} ${to}`}>
            <strong>{ratio.toFixed(2)} ×</strong> {of} / {to}
          </li>
        ))}
      </ul>
      <table>
        <thead>
          <tr>
            <th scope="col">candidate</th>
            <th scope="col">ns per call</th>
            <td />
          </tr>
        </thead>
        <tbody>
          {result.candidates.map(({ name, medianNs }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{medianNs.toFixed(0)}</td>
              <td>
                <meter aria-hidden="true" max={slowest} value={medianNs} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
