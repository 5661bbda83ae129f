import process from 'node:process'
import { callSubjects } from './call-subjects.ts'
import { listenerSubjects } from './listener-subjects.ts'
import { timedNs } from './subject.ts'

// One contender of one subject: is sent a number of times, and answers with nanoseconds.

const [subject, contender] = process.argv.slice(2)
const make = [...callSubjects, ...listenerSubjects]
  .find(({ name }) => name === subject)
  ?.contenders.find(({ name }) => name === contender)?.make
if (make === undefined) throw new Error(`no contender ${contender} of ${subject}`)
const batch = make()
process.on('message', async (times) => process.send?.(await timedNs(batch, Number(times))))
process.send?.('ready')
