import { cases } from './conformance-case.ts'
import { runConformance } from './run-conformance.ts'

/**
 * A program with a case for each kind of failure, and one that passes. run-conformance.test.ts runs it as
 * a process, because Vitest would report the uncaught errors as its own.
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
      throw new Error('uncaught')
    })
  },
  'throws no error': () => {
    throw 'text'
  },
  passes() {},
})

const results: string[] = []
// these cases do not use the subject
const report = await runConformance({} as never, {
  cases: faulty,
  caseTimeoutMs: 50,
  onResult: ({ name, error = 'ok' }) => results.push(`${name}: ${error.split('\n')[0]}`),
})
console.log(JSON.stringify({ results, passed: report.passed, total: report.total }))
