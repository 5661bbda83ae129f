import { cases } from './conformance-case.ts'
import { runConformance } from './run-conformance.ts'

/**
 * Shows, as a program of its own, that the suite can fail: cases that fail in every way there is, and
 * one that passes. What it prints is read by run-conformance.test.ts, whose own runner would take the
 * stray errors for itself.
 */
const faulty = cases('0. Faults', {
  throws() {
    throw new Error('thrown')
  },
  async rejects() {
    throw new Error('rejected')
  },
  hangs: () => new Promise(() => {}),
  'leaves a rejection': () => {
    void Promise.reject(new Error('left behind'))
  },
  'leaves an error': () => {
    setTimeout(() => {
      throw new Error('thrown by nobody')
    })
  },
  'throws no error': () => {
    throw 'text'
  },
  passes() {},
})

const told: string[] = []
// none of these cases looks at what it is given
const report = await runConformance({} as never, {
  cases: faulty,
  caseTimeoutMs: 50,
  onResult: ({ name, error = 'ok' }) => told.push(`${name}: ${error.split('\n')[0]}`),
})
console.log(JSON.stringify({ told, passed: report.passed, total: report.total }))
