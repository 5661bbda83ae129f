import '@fontsource-variable/geist'
import '@fontsource-variable/geist-mono'
import { createRoot } from 'react-dom/client'
import { callSubjects } from '../../tools/benchmarks/core/call-subjects.ts'
import { timedNs } from '../../tools/benchmarks/core/subject.ts'
import '../src/styles/tokens.css'
import '../src/styles/base.css'
import { type BenchOptions, BenchPage, runBench } from './bench-page.tsx'

declare global {
  interface Window {
    /** For the script that drives this page. */
    runBench?: typeof runBench
  }
}

const query = new URLSearchParams(location.search)
const subject = query.get('subject')

if (subject === null) {
  window.runBench = (options: BenchOptions) => runBench(options)
  const root = document.getElementById('root')
  if (root !== null) createRoot(root).render(<BenchPage />)
} else {
  const batch = callSubjects
    .find(({ name }) => name === subject)
    ?.candidates.find(({ name }) => name === query.get('candidate'))
    ?.make()
  if (batch === undefined) throw new Error(`no candidate for ${location.search}`)
  window.runCandidate = (times) => timedNs(batch, times)
}
