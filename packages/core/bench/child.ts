import { callSubjects } from './call-subjects.ts'
import { measureGrowth, measureMemory } from './memory.ts'
import { measure, type SubjectResult } from './rounds.ts'
import type { RuntimeResult } from './runtime-result.ts'

// Runs in the Node that is to be measured; the answer is the last line of standard output.

const [rounds = '15', batchMs = '60', calls = '10000000', only = ''] = process.argv.slice(2)
const onProgress = (line: string) => process.stderr.write(`\r\u001b[K${line}`)

const subjects: SubjectResult[] = []
for (const subject of callSubjects.filter(({ name }) => name.includes(only))) {
  subjects.push(
    await measure(subject, { rounds: Number(rounds), batchMs: Number(batchMs), onProgress }),
  )
}
onProgress('memory')
const memory = await measureMemory()
onProgress(`${calls} calls`)
const growth = await measureGrowth(Number(calls))
onProgress('')
const result: RuntimeResult = { runtime: `Node ${process.versions.node}`, subjects, memory, growth }
process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0)) // opossum's timers go on
