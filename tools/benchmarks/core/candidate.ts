import process from 'node:process'
import { callSubjects } from './call-subjects.ts'
import { listenerSubjects } from './listener-subjects.ts'
import { timedNs } from './subject.ts'

// The process of one candidate: receives a number of repetitions, answers with nanoseconds.

const [subject, candidate] = process.argv.slice(2)
const make = [...callSubjects, ...listenerSubjects]
  .find(({ name }) => name === subject)
  ?.candidates.find(({ name }) => name === candidate)?.make
if (make === undefined) throw new Error(`no candidate ${candidate} of ${subject}`)
const batch = make()
process.on('message', async (times) => process.send?.(await timedNs(batch, Number(times))))
process.send?.('ready')
